-- Drugs and outpatients' prescriptions. Money is made once, in the items; prescriptions and the
-- charges for drugs are their sums.
CREATE TABLE drug AS
SELECT row_number() OVER () - 1 AS number, * FROM (VALUES
  ('阿莫西林胶囊 0.25g', 16.0, true, true, false, 'drug_western'),
  ('头孢克肟分散片 0.1g', 34.0, false, true, false, 'drug_western'),
  ('左氧氟沙星片 0.5g', 28.0, true, true, false, 'drug_western'),
  ('阿奇霉素分散片 0.25g', 26.0, true, true, false, 'drug_western'),
  ('注射用头孢曲松钠 1g', 42.0, true, true, true, 'drug_western'),
  ('注射用哌拉西林钠他唑巴坦钠 4.5g', 118.0, false, true, true, 'drug_western'),
  ('注射用头孢呋辛钠 0.75g', 36.0, true, true, true, 'drug_western'),
  ('莫西沙星氯化钠注射液 0.4g', 132.0, false, true, true, 'drug_western'),
  ('苯磺酸氨氯地平片 5mg', 31.0, true, false, false, 'drug_western'),
  ('阿托伐他汀钙片 20mg', 42.0, true, false, false, 'drug_western'),
  ('盐酸二甲双胍片 0.5g', 22.0, true, false, false, 'drug_western'),
  ('阿司匹林肠溶片 0.1g', 15.0, true, false, false, 'drug_western'),
  ('硝苯地平控释片 30mg', 36.0, true, false, false, 'drug_western'),
  ('厄贝沙坦片 0.15g', 38.0, true, false, false, 'drug_western'),
  ('奥美拉唑肠溶胶囊 20mg', 27.0, true, false, false, 'drug_western'),
  ('氨溴索口服溶液 100ml', 29.0, true, false, false, 'drug_western'),
  ('孟鲁司特钠咀嚼片 5mg', 47.0, false, false, false, 'drug_western'),
  ('布地奈德混悬液 1mg', 64.0, true, false, false, 'drug_western'),
  ('布洛芬混悬液 100ml', 19.0, true, false, false, 'drug_western'),
  ('蒙脱石散 3g', 18.0, true, false, false, 'drug_western'),
  ('双氯芬酸钠缓释片 75mg', 24.0, true, false, false, 'drug_western'),
  ('硫酸氨基葡萄糖胶囊 0.25g', 66.0, false, false, false, 'drug_western'),
  ('叶酸片 0.4mg', 17.0, true, false, false, 'drug_western'),
  ('复方氨基酸注射液 250ml', 74.0, false, false, true, 'drug_western'),
  ('注射用泮托拉唑钠 40mg', 58.0, false, false, true, 'drug_western'),
  ('低分子肝素钙注射液 4100IU', 72.0, false, false, true, 'drug_western'),
  ('人血白蛋白 10g', 420.0, true, false, true, 'drug_western'),
  ('丁苯酞氯化钠注射液 100ml', 168.0, false, false, true, 'drug_western'),
  ('甘精胰岛素注射液 300IU', 88.0, true, false, true, 'drug_western'),
  ('氯化钠注射液 0.9% 250ml', 9.0, true, false, true, 'drug_western'),
  ('血塞通软胶囊 0.33g', 52.0, false, false, false, 'drug_patent'),
  ('连花清瘟胶囊 0.35g', 33.0, true, false, false, 'drug_patent'),
  ('小儿豉翘清热颗粒 2g', 38.0, false, false, false, 'drug_patent'),
  ('桂枝茯苓胶囊 0.31g', 44.0, true, false, false, 'drug_patent'),
  ('独活寄生合剂 100ml', 46.0, false, false, false, 'drug_patent'),
  ('参麦注射液 20ml', 81.0, true, false, true, 'drug_patent'),
  ('稳心颗粒 9g', 49.0, true, false, false, 'drug_patent'),
  ('中药饮片（七剂）', 126.0, false, false, false, 'drug_herbal')
) AS t(drug, price, essential, antibiotic, injection, category);

CREATE TABLE item AS
WITH rx AS (
  SELECT 'R' || visit_id AS rx_id, visit_id, kind, department, doctor, finished_at AS moment, trend,
    kind = 'emergency' AS urgent,
    1 + floor(3.3 * pow(u(visit_id, 'drugs'), 1.5))::INTEGER AS drugs,
    u(visit_id, 'antibiotic') < (CASE WHEN kind = 'emergency' THEN 0.385 - 0.05 * trend
      WHEN department IN ('internal_2', 'paediatrics') THEN 0.33 - 0.06 * trend
      WHEN department = 'rehabilitation' THEN 0.01 ELSE 0.115 - 0.025 * trend END)
      * (CASE WHEN strftime(finished_at, '%Y-%m') = '2026-03' THEN 1.4 ELSE 1 END) AS antibiotic,
    u(visit_id, 'injection') < (CASE WHEN kind = 'emergency' THEN 0.46 ELSE 0.12 END)
      - 0.03 * trend AS injection
  FROM visit
  WHERE finished_at IS NOT NULL AND kind <> 'checkup'
    AND u(visit_id, 'rx') < (CASE WHEN kind = 'emergency' THEN 0.61 ELSE 0.65 END)
),
line AS (
  SELECT rx.*, unnest(range(drugs)) AS line,
    CASE
      WHEN line = 0 AND antibiotic THEN
        CASE WHEN injection THEN 4 ELSE 0 END + hash(rx_id, 'which') % 4
      WHEN line = least(1, drugs - 1) AND injection THEN 23 + hash(rx_id, 'shot') % 7
      WHEN department = 'rehabilitation' AND line = 0 AND u(rx_id, 'herbs') < 0.5 THEN 37
      WHEN u(rx_id, line) < 0.22 THEN 30 + hash(rx_id, line, 'patent') % 5
      ELSE 8 + (15 * pow(u(rx_id, line + 50), 1.25))::INTEGER END AS number
  FROM rx
)
SELECT rx_id, visit_id, kind, line.department, doctor, moment, line, drug, essential, drug.antibiotic,
  drug.injection, category,
  1 + (hash(rx_id, line, 'boxes') % 3)::INTEGER AS quantity,
  round(price * quantity * (0.79 - 0.05 * trend), 2) AS amount,
  u(rx_id, line + 90) < 0.985 + 0.012 * trend AS generic
FROM line JOIN drug USING (number);

CREATE TABLE prescription AS
SELECT rx_id, any_value(visit_id) AS encounter, any_value(kind) AS setting,
  any_value(department) AS department, any_value(doctor) AS doctor, any_value(moment) AS moment,
  count(*)::INTEGER AS drugs, round(sum(amount), 2) AS amount, bool_or(antibiotic) AS antibiotic,
  bool_or(injection) AS injection, count(*) FILTER (essential)::INTEGER AS essential_drugs,
  count(*) FILTER (generic)::INTEGER AS generic_drugs
FROM item GROUP BY rx_id;
