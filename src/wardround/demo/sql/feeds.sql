-- The rest of the feeds, in the columns of their declarations.
CREATE VIEW drug_item AS
SELECT rx_id || line AS item_id, rx_id, kind AS setting, department, moment, drug,
  quantity::DOUBLE AS quantity, amount, essential, antibiotic
FROM item
UNION ALL
SELECT item_id, rx_id, 'inpatient', department, moment, drug, quantity, amount, essential, antibiotic
FROM ward_item WHERE moment >= getvariable('first_day');

CREATE VIEW told_admission AS
SELECT a.* EXCLUDE (nights, operated, planned_cost, drug_share),
  CASE WHEN discharged_at IS NOT NULL THEN bill.total END AS total_charge
FROM admission a LEFT JOIN (
  SELECT admission_id, round(sum(amount), 2) AS total FROM ward_charge GROUP BY 1
) bill USING (admission_id);

CREATE VIEW told_visit AS SELECT * EXCLUDE (trend) FROM visit;

CREATE TABLE staff_month AS
SELECT 'S' || strftime(month, '%y%m') || '-' || department AS staff_id, department, month,
  doctors, nurses + (CASE WHEN department IN ('internal_1', 'icu') AND month >= DATE '2025-09-01'
    THEN 1 ELSE 0 END) AS nurses, technicians, others,
  (doctors + nurses + technicians
    - (CASE WHEN u(department, month) < 0.06 THEN 1 ELSE 0 END))::INTEGER AS licensed
FROM staff, (SELECT unnest(generate_series(
  getvariable('first_day'), getvariable('last_day'), INTERVAL 1 MONTH))::DATE AS month);
