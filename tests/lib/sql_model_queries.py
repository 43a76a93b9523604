"""The SQL of :mod:`tests.lib.sql_model`; ``$0`` is 1 January of the planning year, ``$5`` that five years before."""

LAW = {
    "fees": "fees/gp_fees_2025-10-01.csv",
    "diseases": "codes/multimorbidity.csv",
    "countries": "codes/menapt.csv",
}
BANDS = [*(f"{low}-{low + 4}" for low in range(0, 90, 5)), "90+"]
LEVELS = [
    *(("age_sex", f"{sex} {band}") for sex in "MF" for band in BANDS),
    ("origin", "menapt"),
    ("civil_status", "widowed_or_divorced"),
    ("labour_market", "temporarily_outside"),
    ("labour_market", "permanently_outside"),
    *(("somatic", level) for level in ("2", "3", "4+")),
    ("psychiatric", "any"),
]

REGISTERED = """
CREATE TABLE registered AS
SELECT position AS clinic, TYPE, CAPACITIES FROM clinics JOIN book_clinic ON entry = YDERNR
WHERE FRA <= CAST(DATE '1970-01-01' + $0 AS VARCHAR) AND (TIL = '' OR TIL >= CAST(DATE '1970-01-01' + $0 AS VARCHAR))
"""

CITIZENS = """
CREATE TABLE citizens AS
WITH spells AS (SELECT * FROM enrolment WHERE "group" = 1),
clinic_of AS (  -- of several spells the latest begun, then the largest number
    SELECT citizen, clinic FROM spells WHERE first_day <= $0 AND last_day >= $0
    QUALIFY row_number() OVER (PARTITION BY citizen ORDER BY first_day DESC, clinic DESC) = 1),
covered AS (  -- every day of every spell, each counted once
    SELECT citizen, unnest(range(greatest(first_day, $1), least(last_day, $0 - 1) + 1)) AS day FROM spells),
exposed AS (SELECT citizen, count(DISTINCT day) AS days FROM covered GROUP BY ALL),
visit AS (SELECT fee_oere FROM fees WHERE section = 'dagtid' AND "group" = 'grundydelse' AND code = '0411'),
prices AS (
    SELECT code, CAST(CASE WHEN code IN ('0411', '0421', '0431', '0441', '0451', '0461', '0491')
                           THEN (FROM visit) ELSE fee_oere END AS BIGINT) AS oere
    FROM fees WHERE section = 'dagtid' AND "group" = 'grundydelse' AND is_contact = '1'
    UNION ALL
    SELECT code, CAST(fee_oere AS BIGINT)
    FROM fees
    WHERE section = 'dagtid' AND code IN ('0130', '0131', '0132') AND omraade = 'uden_for_laegedaekningstruet'),
used AS (
    SELECT citizen, sum(quantity * oere) AS oere
    FROM services s JOIN book_service b ON b.position = s.service JOIN prices p ON b.entry = '80' || p.code
    GROUP BY ALL),
prefixes AS (
    SELECT condition_id, type, unnest(string_split(icd10_prefixes, ' ')) AS prefix
    FROM diseases WHERE icd10_prefixes <> ''),
listed AS (
    SELECT position AS code, condition_id, type FROM book_diagnosis JOIN prefixes ON starts_with(entry, prefix)
    WHERE condition_id <> 'schizophrenia' OR prefix = 'F20'),
ill AS (
    SELECT citizen, count(DISTINCT condition_id) FILTER (type = 'somatic') AS somatic,
           count(*) FILTER (type = 'psychiatric') AS psychiatric
    FROM diagnoses JOIN listed USING (code)
    WHERE day < $0 AND day >= CASE condition_id WHEN 'cancer' THEN $5 ELSE $15 END GROUP BY ALL),
outside AS (
    SELECT citizen, coalesce(sum(weeks) FILTER (code = 783), 0) AS permanent,
           coalesce(sum(weeks) FILTER (code BETWEEN 730 AND 739 OR code BETWEEN 740 AND 748
               OR code BETWEEN 750 AND 758 OR code BETWEEN 760 AND 768 OR code = 774 OR code BETWEEN 810 AND 818
               OR code BETWEEN 870 AND 878 OR code BETWEEN 890 AND 899), 0) AS temporary
    FROM benefits GROUP BY ALL)
SELECT p.citizen, c.clinic, p.municipality, p.sex, coalesce(e.days, 0) AS exposure,
       greatest(coalesce(u.oere, 0), 0) AS fee,
       datesub('year', DATE '1970-01-01' + p.birth_day, DATE '1970-01-01' + $0) AS age,
       origin.entry IN ('2', '3') AND country.entry IN (SELECT opr_land_code FROM countries) AS menapt,
       civil.entry IN ('E', 'L', 'F', 'O') AS alone,
       coalesce(w.permanent, 0) AS permanent, coalesce(w.temporary, 0) AS temporary,
       coalesce(i.somatic, 0) AS somatic, coalesce(i.psychiatric, 0) AS psychiatric,
       r.TYPE IS NOT NULL AND r.TYPE NOT IN ('region', 'tender') AND coalesce(e.days, 0) > 0 AS sample
FROM population p JOIN clinic_of c USING (citizen) LEFT JOIN exposed e USING (citizen)
     LEFT JOIN used u USING (citizen) LEFT JOIN ill i USING (citizen) LEFT JOIN outside w USING (citizen)
     JOIN book_origin_type origin ON origin.position = p.origin_type
     JOIN book_country country ON country.position = p.country
     JOIN book_civil_status civil ON civil.position = p.civil_status
     LEFT JOIN registered r USING (clinic)
"""

TRAITS = """
CREATE TABLE traits AS
WITH named AS (
    SELECT citizen, clinic, exposure, fee, sample, unnest([
        CASE sex WHEN 1 THEN 'M ' ELSE 'F ' END
            || CASE WHEN age >= 90 THEN '90+' ELSE (age // 5 * 5) || '-' || (age // 5 * 5 + 4) END,
        CASE WHEN menapt THEN 'menapt' END,
        CASE WHEN alone THEN 'widowed_or_divorced' END,
        CASE WHEN age NOT BETWEEN 16 AND 67 THEN NULL WHEN permanent >= 26 THEN 'permanently_outside'
             WHEN permanent + temporary >= 26 THEN 'temporarily_outside' END,
        CASE WHEN somatic >= 4 THEN '4+' WHEN somatic >= 2 THEN CAST(somatic AS VARCHAR) END,
        CASE WHEN psychiatric > 0 THEN 'any' END]) AS level
    FROM citizens)
SELECT citizen, clinic, exposure, fee, sample, position FROM named JOIN levels USING (level)
"""

CLINICS = """
WITH sums AS (
    SELECT clinic, count(*) AS patients, CAST(sum(nano) AS HUGEINT) AS nano
    FROM scored JOIN weights USING (municipality, raw) WHERE clinic >= 0 GROUP BY ALL),
rounded AS (  -- half of a step, and half of a patient, count as a whole one
    SELECT clinic, CAST(CAST(CAPACITIES AS DECIMAL(18, 6)) * 1000000 AS HUGEINT) AS micro_capacities,
           50 * ((2 * $citizens_per_capacity * CAST(patients AS HUGEINT) * 1000000000 + 50 * nano) // (100 * nano))
               AS minimum
    FROM sums JOIN registered USING (clinic)
    WHERE nano > 0 AND CAPACITIES <> '' AND CAST(CAPACITIES AS DECIMAL(18, 6)) > 0)
SELECT entry, patients, nano, (2 * micro_capacities * minimum + 1000000) // 2000000
FROM sums JOIN book_clinic ON position = clinic LEFT JOIN rounded USING (clinic)
"""

SUMS = """
SELECT entry, count(citizen), coalesce(CAST(sum(nano) AS HUGEINT), 0)
FROM book_municipality LEFT JOIN scored ON municipality = position LEFT JOIN weights USING (municipality, raw)
WHERE position >= 0 GROUP BY ALL
"""

CAPACITY = """
WITH sums AS (
    SELECT KOM, COUNCIL_ID, count(citizen) AS citizens, coalesce(CAST(sum(nano) AS HUGEINT), 0) AS nano,
           CAST(CAST(AREA_KM2 AS DECIMAL(18, 6)) * 1000000 AS HUGEINT) AS micro_km2
    FROM municipalities JOIN book_municipality ON entry = KOM
         LEFT JOIN scored ON municipality = position LEFT JOIN weights USING (municipality, raw) GROUP BY ALL),
capacities AS (  -- need and floor over one denominator
    SELECT *, greatest(nano * $km2 * 1000000, micro_km2 * $citizens_per_capacity * 1000000000) AS larger,
           CAST($citizens_per_capacity AS HUGEINT) * 1000000000 * $km2 * 1000000 AS one
    FROM sums)
SELECT COUNCIL_ID, sum(citizens), CAST(sum(nano) AS HUGEINT),
       (CAST(sum(larger) AS HUGEINT) + any_value(one) - 1) // any_value(one)
FROM capacities GROUP BY COUNCIL_ID
"""
