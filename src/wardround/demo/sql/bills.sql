-- Charges: a stay's total is the sum of its charges.
-- Inpatients: what a stay has cost so far, split by category and by parts of five days.
CREATE TABLE ward_charge AS
WITH stay AS (
  SELECT *, greatest(1, least(nights, date_diff('day', admitted_at::DATE, getvariable('last_day'))))
      AS so_far,
    planned_cost * so_far / greatest(1, nights) AS cost, ceil(so_far / 5.0)::INTEGER AS parts,
    department IN ('rehabilitation') AS herbs
  FROM admission
),
share AS (
  SELECT admission_id, department, admitted_at, discharged_at, so_far, cost,
    unnest(categories) AS category, unnest(weights) AS weight, parts
  FROM (
    SELECT *,
      ['drug_western', 'drug_patent', 'drug_herbal', 'material', 'laboratory', 'imaging',
       'treatment', 'surgery', 'nursing', 'bed', 'blood', 'other'] AS categories,
      (1 - drug_share) AS rest,
      [drug_share * (CASE WHEN herbs THEN 0.45 ELSE 0.88 END),
       drug_share * (CASE WHEN herbs THEN 0.2 ELSE 0.12 END),
       drug_share * (CASE WHEN herbs THEN 0.35 ELSE 0 END),
       rest * (CASE WHEN operated THEN 0.22 ELSE 0.12 END),
       rest * 0.20, rest * 0.14,
       rest * (CASE WHEN operated THEN 0.09 ELSE 0.30 END),
       rest * (CASE WHEN operated THEN 0.20 ELSE 0 END),
       rest * 0.07, rest * 0.08,
       rest * (CASE WHEN u(admission_id, 'blood') < 0.045 THEN 0.06 ELSE 0 END),
       rest * 0.02] AS weights
    FROM stay
  )
)
SELECT 'I' || admission_id || left(category, 6) || substr(category, 9, 1) || part AS charge_id,
  admission_id, department, category,
  least(admitted_at + to_hours((5 + 120 * part)::INTEGER), coalesce(discharged_at, 'infinity'),
    getvariable('last_day') + TIME '18:00') AS moment,
  round(cost * weight / split * (0.94 + 0.12 * u(admission_id, category)), 2) AS amount
FROM (
  SELECT *, CASE WHEN category IN ('surgery', 'blood', 'other', 'drug_herbal') THEN 1 ELSE parts END
      AS split, unnest(range(split)) AS part
  FROM share WHERE weight > 0
);

CREATE TABLE ward_item AS
WITH bill AS (
  SELECT admission_id, any_value(department) AS department, min(moment) AS first, max(moment) AS last,
    sum(amount) AS total
  FROM ward_charge WHERE category LIKE 'drug%' GROUP BY admission_id
),
line AS (
  SELECT bill.*, unnest(range(least(8, 4 + (total / 1200)::INTEGER))) AS line,
    CASE
      WHEN line = 0 AND antibiotic THEN 4 + hash(admission_id, 'which') % 4
      WHEN line <= 2 THEN 23 + hash(admission_id, line) % 7
      WHEN u(admission_id, line) < 0.2 THEN 30 + hash(admission_id, line, 'p') % 8
      ELSE 8 + hash(admission_id, line, 'oral') % 15 END AS number
  FROM bill JOIN admission USING (admission_id)
),
weighed AS (
  SELECT line.*, drug.*, sqrt(price) * (0.5 + u(admission_id, line + 20)) AS weight,
    weight / sum(weight) OVER (PARTITION BY admission_id) AS part
  FROM line JOIN drug USING (number)
)
SELECT 'O' || admission_id || line AS item_id, 'O' || admission_id AS rx_id, department,
  first + to_hours((date_diff('hour', first, last) * u(admission_id, line + 40))::INTEGER) AS moment,
  drug, greatest(1, round(total * part / price))::DOUBLE AS quantity,
  round(total * part, 2) AS amount, essential, antibiotic
FROM weighed;

-- Visits are charged for drugs, and most for an examination or a treatment besides.
CREATE TABLE charge AS
SELECT 'X' || encounter || row_number() OVER (PARTITION BY encounter ORDER BY category) AS charge_id,
  encounter, setting, department, moment, category, amount
FROM (
  SELECT visit_id AS encounter, any_value(kind) AS setting, any_value(department) AS department,
    any_value(moment) AS moment, category, round(sum(amount), 2) AS amount
  FROM item GROUP BY visit_id, category
)
UNION ALL
SELECT 'Y' || visit_id, visit_id, CASE kind WHEN 'emergency' THEN kind ELSE 'outpatient' END,
  department, finished_at,
  CASE WHEN c < 0.40 THEN 'laboratory' WHEN c < 0.66 THEN 'imaging' WHEN c < 0.92 THEN 'treatment'
    WHEN c < 0.97 THEN 'material' ELSE 'other' END,
  round((CASE WHEN kind = 'checkup' THEN 300 WHEN c < 0.40 THEN 105 WHEN c < 0.66 THEN 165 ELSE 90
    END) * (0.5 + u(visit_id, 'price')) * (1 + 0.09 * trend), 2)
FROM (SELECT *, u(visit_id, 'test') AS c FROM visit)
WHERE finished_at IS NOT NULL AND (kind <> 'outpatient' OR u(visit_id, 'tested') < 0.66)
UNION ALL
SELECT 'Z' || visit_id || sign, visit_id, 'outpatient', department,
  registered_at + to_minutes(25 * sign), 'other', 12.0 - 24.0 * sign
FROM visit, range(2) AS t(sign) WHERE refunded
UNION ALL
SELECT charge_id, admission_id, 'inpatient', department, moment, category, amount FROM ward_charge
WHERE moment >= getvariable('first_day');
