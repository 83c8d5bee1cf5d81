-- The census of every ward and day, counted from the stays, so that it always balances.
CREATE TABLE bed_day AS
WITH ward AS (SELECT department, beds, day, is_open FROM ward_plan),
moved AS (
  SELECT department, day,
    count(*) FILTER (kind = 'admitted') AS admitted,
    count(*) FILTER (kind = 'transferred_in') AS transferred_in,
    count(*) FILTER (kind = 'discharged') AS discharged,
    count(*) FILTER (kind = 'transferred_out') AS transferred_out,
    count(*) FILTER (kind = 'discharged' AND died) AS died,
    count(*) FILTER (kind = 'discharged' AND same_day) AS same_day
  FROM (
    SELECT department, first AS day, arrived AS kind, false AS died, false AS same_day
    FROM ward_stay
    UNION ALL
    SELECT department, last, departed, died, arrived = 'admitted' AND first = last FROM ward_stay
  ) GROUP BY ALL
),
nights AS (
  SELECT department, day::DATE AS day, count(*) AS census,
    count(*) FILTER (severity = 'critical' OR department = 'icu') AS critical
  FROM (
    SELECT s.department, a.severity, unnest(generate_series(
      s.first, least(s.last - 1, getvariable('last_day')), INTERVAL 1 DAY)) AS day
    FROM ward_stay s JOIN admission a USING (admission_id) WHERE s.last > s.first
  ) GROUP BY ALL
)
SELECT 'B' || strftime(day, '%y%m%d') || '-' || department AS bed_day_id, department, day,
  (CASE WHEN is_open THEN beds ELSE 0 END)::INTEGER AS open_beds,
  coalesce(census, 0)::INTEGER AS census,
  (coalesce(census, 0) + coalesce(same_day, 0))::INTEGER AS occupied,
  coalesce(admitted, 0)::INTEGER AS admitted,
  coalesce(discharged, 0)::INTEGER AS discharged,
  coalesce(transferred_in, 0)::INTEGER AS transferred_in,
  coalesce(transferred_out, 0)::INTEGER AS transferred_out,
  coalesce(died, 0)::INTEGER AS died,
  coalesce(critical, 0)::INTEGER AS critical,
  greatest(0, coalesce(census, 0) - (CASE WHEN is_open THEN beds ELSE 0 END))::INTEGER AS extra_beds
FROM ward LEFT JOIN moved USING (department, day) LEFT JOIN nights USING (department, day);
