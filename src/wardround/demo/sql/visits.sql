-- Visits: so many rows a day as the calendar expects, each drawn from the hash of its number.
-- u(key, salt) is a number in [0, 1) that is always the same for the same key and salt.
CREATE MACRO u(key, salt) AS (hash(key, salt) % 1000003) / 1000003.0;

CREATE TABLE clinic AS
SELECT * FROM (VALUES
  ('outpatient', ['J06', 'I10', 'E11', 'Z00', 'M54', 'R51', 'K29']),
  ('internal_1', ['I10', 'I25', 'I63', 'E11', 'G45', 'I48']),
  ('internal_2', ['J20', 'K29', 'J44', 'J18', 'K21', 'J45']),
  ('surgery_1', ['K80', 'I83', 'K64', 'N60', 'L02', 'E04']),
  ('surgery_2', ['M51', 'S52', 'M17', 'N20', 'N40', 'S82']),
  ('maternity', ['Z34', 'N76', 'D25', 'N92', 'O26', 'N83']),
  ('paediatrics', ['J06', 'J20', 'A09', 'J03', 'B08', 'L20']),
  ('rehabilitation', ['M54', 'M47', 'I69', 'G51', 'M75', 'K59']),
  ('emergency', ['R10', 'S01', 'J18', 'I63', 'T14', 'R50', 'I21', 'N23'])
) AS t(department, codes);

CREATE TABLE visit AS
WITH slot AS (
  SELECT day, kind, winter, trend, weekday, unnest(range(patients)) AS n,
    left(upper(kind), 1) || strftime(day, '%y%m%d') || lpad(n::VARCHAR, 4, '0') AS visit_id
  FROM volume
),
placed AS (
  SELECT *, u(visit_id, 'clinic') AS c, CASE
      WHEN kind = 'emergency' THEN 'emergency'
      WHEN kind = 'checkup' THEN 'outpatient'
      WHEN c < 0.13 + 0.06 * winter THEN 'internal_2'
      WHEN c < 0.20 + 0.12 * winter THEN 'paediatrics'
      WHEN c < 0.36 + 0.10 * winter THEN 'internal_1'
      WHEN c < 0.46 + 0.09 * winter THEN 'surgery_1'
      WHEN c < 0.57 + 0.08 * winter THEN 'surgery_2'
      WHEN c < 0.69 + 0.06 * winter THEN 'maternity'
      WHEN c < 0.79 + 0.03 * winter THEN 'rehabilitation'
      ELSE 'outpatient'
    END AS department,
    u(visit_id, 'hour') AS h, kind = 'emergency' AS urgent,
    CASE WHEN kind = 'emergency' THEN CASE
      WHEN u(visit_id, 'level') < 0.015 THEN 1
      WHEN u(visit_id, 'level') < 0.11 THEN 2
      WHEN u(visit_id, 'level') < 0.55 THEN 3
      ELSE 4 END END AS level
  FROM slot
),
timed AS (
  SELECT *, day + to_minutes(CAST(CASE
      WHEN urgent THEN 1440 * (0.62 * h + 0.38 * (0.35 + 0.6 * u(visit_id, 'peak')))
      WHEN h < 0.64 THEN 445 + 240 * pow(u(visit_id, 'peak'), 1.5)
      ELSE 800 + 220 * pow(u(visit_id, 'peak'), 1.3) END AS INTEGER)) AS registered_at,
    CASE
      WHEN level = 1 THEN 4 * u(visit_id, 'wait')
      WHEN level = 2 THEN 1 + 10.4 * u(visit_id, 'wait')
      WHEN urgent THEN 3 - 17 * ln(1 - u(visit_id, 'wait'))
      ELSE (2 - 26 * ln(1 - u(visit_id, 'wait'))) * (1.06 - 0.24 * trend)
        * (CASE weekday WHEN 0 THEN 1.3 ELSE 1 END) END AS waits,
    kind = 'outpatient' AND u(visit_id, 'refund') < 0.014 AS refunded
  FROM placed
)
SELECT visit_id, 'P' || lpad((hash(visit_id, 'person') % 90000)::VARCHAR, 6, '0') AS patient_id,
  kind, t.department,
  'D' || lpad((hash(t.department) % 90 + 10)::VARCHAR, 2, '0')
    || lpad((hash(visit_id, 'doctor') % 7 + 1)::VARCHAR, 2, '0') AS doctor,
  registered_at,
  CASE WHEN NOT refunded THEN registered_at + to_minutes(waits::INTEGER) END AS seen_at,
  CASE WHEN NOT refunded THEN registered_at + to_minutes(CAST(waits + CASE
      WHEN urgent AND level <= 2 THEN 60 - 95 * ln(1 - u(visit_id, 'stay'))
      WHEN urgent THEN 12 - 62 * ln(1 - u(visit_id, 'stay'))
      ELSE 4 + 14 * u(visit_id, 'stay') END AS INTEGER)) END AS finished_at,
  u(visit_id, 'first') < 0.41 AS first_visit,
  kind = 'outpatient' AND u(visit_id, 'booked') < 0.43 + 0.19 * trend AS booked,
  refunded,
  CASE WHEN u(visit_id, 'forgot') >= 0.055 - 0.035 * trend THEN level END AS triage_level,
  CASE WHEN kind <> 'checkup' AND NOT refunded
    THEN codes[1 + (len(codes) * pow(u(visit_id, 'code'), 1.7))::INTEGER % len(codes)] END
    AS diagnosis_code,
  trend
FROM timed t JOIN clinic USING (department);
