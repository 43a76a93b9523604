# The job in R with data.table. benchmarks.peers.data_table_peer starts this script and asks it, one line of JSON a
# request, on standard input; one line of JSON is the answer: {} or {"error": "..."}. Numbers travel in files of
# 64-bit doubles. Sums are of whole numbers below 2^53, which doubles hold exactly.
#
# Citizens are numbered 1 .. n in the order of their PNR. Days are integers since 1970-01-01.

suppressPackageStartupMessages({
  library(data.table)
  library(jsonlite)
  library(parallel)
})

LAST_DAY <- .Machine$integer.max # of a spell that has not ended
SERVICES <- 10000L # a service is its speciality times this, and its code


# Files -----------------------------------------------------------------------------------------------------------

# Read some columns of a CSV file. Numbers of more than 31 bits (PNR, keys of contacts) become doubles, exactly.
read_columns <- function(file, columns, factors = NULL) {
  fread(file, select = columns, na.strings = "", integer64 = "double", tz = "UTC",
        colClasses = if (length(factors)) list(factor = factors), showProgress = FALSE)
}

# The CSV files of each register; hospital registers are pairs of contacts and diagnoses.
files_of <- function(source) {
  listed <- read_json(file.path(source, "files.json"), simplifyVector = TRUE, simplifyDataFrame = FALSE)
  rapply(listed, function(files) file.path(source, files), classes = "character", how = "replace")
}

header <- function(file) names(fread(file, nrows = 0L))

# Unserializing native bytes is copying; the default of saveRDS turns the bytes of every number around.
write_table <- function(table, file) {
  to <- file(file, "wb")
  on.exit(close(to))
  serialize(table, to, xdr = FALSE)
}

read_table <- function(file) {
  from <- file(file, "rb")
  on.exit(close(from))
  setDT(unserialize(from))[]
}

write_doubles <- function(values, file) writeBin(as.double(values), file)

read_doubles <- function(file) readBin(file, "double", file.size(file) / 8)

# A code that somebody wrote with letters makes fread read text; such a code is none of ours.
whole <- function(codes) if (is.integer(codes)) codes else suppressWarnings(as.integer(as.character(codes)))


# What several registers need -------------------------------------------------------------------------------------

# Number people: the row of each PNR in the population, NA for somebody who is not in it.
citizen_of <- function(pnr, population) population[.(pnr), which = TRUE]

# Conditions that each code belongs to: `codes` (text without the D of SKS), `prefixes` (prefix, condition).
conditions_of <- function(codes, prefixes) {
  by_length <- split(prefixes, nchar(prefixes$prefix))
  found <- lapply(by_length, function(some) {
    start <- substr(codes, 1L, nchar(some$prefix[1L]))
    some[.(start, seq_along(codes)), .(level = V2, condition), on = .(prefix = V1), nomatch = NULL]
  })
  unique(rbindlist(found))
}

# Take the D of SKS away; a code that ought to have one and has none counts for nothing.
icd10 <- function(codes, has_d) {
  codes <- toupper(trimws(codes))
  if (!has_d) return(codes)
  fifelse(startsWith(codes, "D"), substring(codes, 2L), "")
}

# Days of the fee year in the union of each citizen's spells. A running maximum of the last days tells what earlier
# spells have covered; it is taken over all citizens at once, with steps between them larger than any day.
days_covered <- function(spells, first_day, status_day) {
  some <- spells[first < status_day & last >= first_day,
                 .(citizen, from = pmax(first, first_day), to = pmin(last, status_day - 1L))]
  setorder(some, citizen, from)
  step <- status_day + 1
  some[, reached := shift(cummax(citizen * step + to), fill = 0) - citizen * step]
  some[, days := as.integer(pmax(0, to - pmax(from - 1, reached)))]
  some[, .(days = sum(days)), keyby = citizen]
}

# The clinic of the spell that covers the status date: the one begun last, then the largest number, blank the smallest.
clinic_at <- function(spells, status_day) {
  now <- spells[first <= status_day & last >= status_day]
  setorder(now, citizen, first, clinic, na.last = FALSE)
  unique(now, by = "citizen", fromLast = TRUE)[, .(citizen, clinic)]
}


# Extracts as CSV -------------------------------------------------------------------------------------------------

# People of the 98 municipalities; 411 counts as 400.
population_of <- function(files, municipalities, status_day) {
  columns <- c("PNR", "KOEN", "FOED_DAG", "CIVST", "KOM", "OPR_LAND", "IE_TYPE")
  people <- rbindlist(lapply(files, read_columns, columns, c("CIVST", "OPR_LAND", "IE_TYPE")))
  people[, KOM := whole(KOM)]
  people[KOM == 411L, KOM := 400L]
  people <- people[KOEN %in% 1:2 & FOED_DAG <= status_day & KOM %in% municipalities]
  setnames(people, c("KOEN", "FOED_DAG", "CIVST", "KOM", "OPR_LAND", "IE_TYPE"),
           c("sex", "birth", "civil_status", "municipality", "country", "origin_type"))
  setkey(people, PNR)[]
}

# Spells of group 1.
spells_of <- function(files, population) {
  rbindlist(lapply(files, function(file) {
    spells <- read_columns(file, c("PNR", "YDERNR", "SIKGRUP", "FRA", "TIL"))
    spells <- spells[SIKGRUP == 1L & !is.na(FRA),
                     .(citizen = citizen_of(PNR, population), clinic = whole(YDERNR), first = as.integer(FRA),
                       last = fcoalesce(as.integer(TIL), LAST_DAY))]
    spells[!is.na(citizen) & first <= last]
  }))
}

# Service rows of one file that were settled in the fee year.
services_of <- function(file, year) {
  rows <- read_columns(file, c("PNR", "SPECIALE", "YDLANT", "HONUGE"))
  weeks <- (year - 1L) %% 100L * 100L + c(1L, 53L)
  rows[whole(HONUGE) %between% weeks & !is.na(YDLANT), .(PNR, service = whole(SPECIALE), quantity = YDLANT)]
}

weeks_of <- function(file, year) {
  grep(sprintf("^Y_%02d(0[1-9]|[1-4][0-9]|5[0-3])$", (year - 1L) %% 100L), header(file), value = TRUE)
}

# Weeks of the fee year by citizen and DREAM code, from one file.
benefits_of <- function(file, population, year) {
  wide <- read_columns(file, c("PNR", weeks_of(file, year)))
  wide <- wide[, citizen := citizen_of(PNR, population)][!is.na(citizen)][, PNR := NULL]
  for (week in setdiff(names(wide), "citizen")) set(wide, j = week, value = whole(wide[[week]]))
  melt(wide, id.vars = "citizen", value.name = "code", na.rm = TRUE)[, .(weeks = .N), by = .(citizen, code)]
}

# What one hospital register calls its columns.
columns_of <- function(pair) {
  if ("RECNUM" %in% header(pair$diagnoses[1L]))
    list(contact = "RECNUM", start = "D_INDDTO", code = "C_DIAG", kind = "C_DIAGTYPE")
  else
    list(contact = "DW_EK_KONTAKT", start = "KONT_STARTTIDSPUNKT", code = "DIAG_KODE", kind = "DIAG_KODE_TYPE")
}

# Diagnoses of one file with a listed code, of some kinds, that were not refuted: contact, kind, code.
listed_of <- function(file, called, has_d, prefixes, kinds) {
  reversal <- intersect("SENERE_AFKRAEFTET", header(file))
  texts <- c(called$code, called$kind, reversal)
  rows <- read_columns(file, c(called$contact, texts), texts)
  setnames(rows, c(called$contact, called$code, called$kind), c("contact", "code", "kind"))
  levels(rows$code) <- icd10(levels(rows$code), has_d)
  listed <- seq_along(levels(rows$code)) %in% conditions_of(levels(rows$code), prefixes)$level
  wanted <- listed[rows$code] & rows$kind %in% kinds
  if (length(reversal)) wanted <- wanted & !(rows$SENERE_AFKRAEFTET %in% "Ja")
  rows[which(wanted), .(contact, code, kind)]
}

# Contacts of one file that count and began before the status date: PNR, contact, day.
contacts_of <- function(file, called, status_day) {
  system <- intersect("LPRINDBERETNINGSSYSTEM", header(file))
  rows <- read_columns(file, c("PNR", called$contact, called$start, system), system)
  setnames(rows, c(called$contact, called$start), c("contact", "day"))
  if (length(system)) rows <- rows[LPRINDBERETNINGSSYSTEM %in% "LPR3"]
  rows[, day := if (inherits(day, "POSIXct")) as.integer(unclass(day) %/% 86400) else as.integer(day)]
  rows[day < status_day, .(PNR, contact, day)]
}

# Diagnoses of people with the day of their contact: citizen, code, kind, day. Only few diagnoses are listed, so they
# are kept and keyed, and the contacts are led past them file by file.
diagnoses_of <- function(pair, population, prefixes, kinds, since_day, status_day) {
  called <- columns_of(pair)
  listed <- rbindlist(lapply(pair$diagnoses, listed_of, called, pair$has_d, prefixes, kinds))
  setkey(listed, contact)
  rbindlist(lapply(pair$contacts, function(file) {
    contacts <- contacts_of(file, called, status_day)[day >= since_day]
    met <- listed[contacts, on = "contact", nomatch = NULL, allow.cartesian = TRUE]
    met[, .(citizen = citizen_of(PNR, population), code, kind, day)][!is.na(citizen)]
  }))
}


# What the model makes of rows ------------------------------------------------------------------------------------

# Øre of each citizen from rows (who, service, quantity): `price` holds øre by service number + 1.
spent <- function(rows, price, who) {
  rows[, oere := quantity * price[service + 1L]]
  rows[!is.na(oere), .(oere = sum(oere)), keyby = c(who)]
}

# Conditions of each citizen: how many somatic ones, and whether any psychiatric one.
ill <- function(diagnoses, job) {
  known <- conditions_of(levels(diagnoses$code), job$prefixes)
  known[job$conditions, on = "condition", c("since", "somatic", "psychiatric") := .(i.since, i.somatic, i.psychiatric)]
  counted <- diagnoses[day < job$status_day & day >= job$first_since & kind %in% job$kinds,
                       .(citizen, level = as.integer(code), day)]
  found <- known[counted, on = "level", nomatch = NULL, allow.cartesian = TRUE][day >= since]
  found <- unique(found, by = c("citizen", "condition"))
  found[, .(somatic = sum(somatic), psychiatric = sum(psychiatric)), keyby = citizen]
}

# 0 in the labour market, 1 temporarily and 2 permanently outside.
labour_market <- function(permanent, temporary, weeks) {
  fifelse(permanent >= weeks, 2L, fifelse(permanent + temporary >= weeks, 1L, 0L))
}

# Who is outside the labour market, from one file with a column a week: columns are gone over, not melted.
outside_of <- function(file, population, job) {
  wide <- read_columns(file, c("PNR", weeks_of(file, job$year)))
  permanent <- temporary <- integer(nrow(wide))
  for (week in names(wide)[-1L]) {
    benefit <- job$benefit[whole(wide[[week]]) + 1L]
    permanent <- permanent + (benefit %in% 2L)
    temporary <- temporary + (benefit %in% 1L)
  }
  wide[, outside := labour_market(permanent, temporary, job$benefit_weeks)]
  wide[outside > 0L, .(citizen = citizen_of(PNR, population), outside)][!is.na(citizen)]
}

# Whether a factor has one of some values, asked of its levels only.
is_one_of <- function(values, wanted) (levels(values) %in% wanted)[values]

# Cell of each citizen (from 0), mixed-radix, the last trait fastest.
cells_of <- function(people, job) {
  # On 1 January somebody has completed a year for each New Year after the day before the birthday.
  age <- job$year - 1L - year(people$birth - 1L)
  bands <- job$levels[1L] %/% 2L
  working <- age %between% job$working_age
  traits <- list(
    (people$sex - 1L) * bands + pmin(age, job$oldest_band_from) %/% job$band_years,
    is_one_of(people$country, job$menapt) & is_one_of(people$origin_type, job$origin_types),
    is_one_of(people$civil_status, job$alone),
    fifelse(working, people$outside, 0L),
    findInterval(people$somatic, job$cut_points),
    people$psychiatric > 0L
  )
  Reduce(function(cell, n) cell * job$levels[n] + fcoalesce(as.integer(traits[[n]]), 0L), seq_along(traits), 0L)
}

# The citizens of group 1: clinic (0 for none), place (municipality and cell), days, øre.
persons_of <- function(rows, job) {
  people <- rows$population
  people[, c("oere", "days", "somatic", "psychiatric", "outside") := .(0, 0L, 0L, 0L, 0L)]
  people[rows$spent$citizen, oere := pmax(rows$spent$oere, 0)]
  people[rows$ill$citizen, c("somatic", "psychiatric") := rows$ill[, .(somatic, psychiatric)]]
  people[rows$outside$citizen, outside := rows$outside$outside]
  covered <- days_covered(rows$spells, job$first_day, job$status_day)
  people[covered$citizen, days := covered$days]
  counted <- clinic_at(rows$spells, job$status_day)
  people <- people[counted$citizen]
  people[, place := (match(municipality, job$municipalities) - 1L) * job$cells + cells_of(people, job) + 1L]
  people[, .(clinic = fcoalesce(match(counted$clinic, job$clinics), 0L), place, days, oere)]
}

# What is left of some citizens: the sample by cell, its clinics, where everybody lives (group 1 or not), and clinic and
# place of the citizens of group 1 for what comes next.
brief <- function(persons, population, job) {
  sample <- persons[days > 0L & clinic > 0L][job$sampled[clinic]]
  sample[, cell := (place - 1L) %% job$cells + 1L]
  list(
    by_cell = sample[, .(citizens = as.double(.N), days = sum(as.double(days)), oere = sum(oere)), keyby = cell],
    clinics = unique(sample$clinic),
    residents = tabulate(match(population$municipality, job$municipalities), length(job$municipalities)),
    counted = persons[, .(clinic, place)]
  )
}


# The two layouts -------------------------------------------------------------------------------------------------

# Extracts as CSV: every register once, file by file, with only the rows that the model asks for.
sums_of_csv <- function(source, job) {
  files <- files_of(source)
  people <- population_of(files$population, job$municipalities, job$status_day)
  spent_by <- rbindlist(lapply(files$services, function(file) {
    spent(services_of(file, job$year), job$price, "PNR")[, .(citizen = citizen_of(PNR, people), oere)][!is.na(citizen)]
  }))
  outside <- rbindlist(lapply(files$dream, outside_of, people, job))
  diagnoses <- lapply(files$lpr, diagnoses_of, people, job$prefixes, job$kinds, job$first_since, job$status_day)
  spells <- spells_of(files$enrolment, people)
  rows <- list(population = people, spells = spells, spent = spent_by[, .(oere = sum(oere)), keyby = citizen],
               outside = outside, ill = ill(rbindlist(diagnoses), job))
  list(brief(persons_of(rows, job), people, job))
}

# Tables of our own: integers and factors sorted by citizen, in ranges of citizens.
sums_of_part <- function(part, job) {
  table <- function(name) read_table(file.path(part, paste0(name, ".rds")))
  people <- table("population")
  files <- file.path(part, sprintf("services-%02d.rds", job$specialities))
  services <- rbindlist(lapply(files[file.exists(files)], read_table))
  benefits <- table("benefits")[, benefit := job$benefit[code + 1L]][!is.na(benefit)]
  benefits[, c("permanent", "temporary") := .(weeks * (benefit == 2L), weeks * (benefit == 1L))]
  benefits <- benefits[, .(permanent = sum(permanent), temporary = sum(temporary)), keyby = citizen]
  rows <- list(population = people, spells = table("spells"), spent = spent(services, job$price, "citizen"),
               outside = benefits[, .(citizen, outside = labour_market(permanent, temporary, job$benefit_weeks))],
               ill = ill(table("diagnoses"), job))
  brief(persons_of(rows, job), people, job)
}

# Rows sorted by citizen leave little to do for data.table's own threads (they sort, group and read CSV: the second one
# had a twentieth of the work). So every thread asked for becomes a fork, with parts of its own.
sums_of_own <- function(source, job) {
  parts <- list.files(file.path(source, "own"), full.names = TRUE)
  found <- mclapply(parts, sums_of_part, job, mc.cores = getDTthreads())
  failed <- Filter(Negate(is.list), found)
  if (length(failed)) stop("a fork ended: ", failed[[1L]])
  found
}


# Preparing -------------------------------------------------------------------------------------------------------

# Write the tables of our own from extracts as CSV. `told`: year, status_day, municipalities, prefixes, kinds and
# citizens_of_part. Services have one file a speciality, so that nobody reads those that have no price.
prepare <- function(source, told) {
  files <- files_of(source)
  people <- population_of(files$population, told$municipalities, told$status_day)
  size <- told$citizens_of_part
  parts <- file.path(source, "own", sprintf("part-%05d", seq_len(max(1L, ceiling(nrow(people) / size)))))
  for (part in parts) dir.create(part, recursive = TRUE)
  deal <- function(table, name) {
    setkey(table, citizen)
    rows_of_part <- tabulate((table$citizen - 1L) %/% size + 1L, length(parts))
    rows_before <- cumsum(rows_of_part) - rows_of_part
    for (n in seq_along(parts)) {
      some <- table[rows_before[n] + seq_len(rows_of_part[n])]
      some[, citizen := citizen - (n - 1L) * size]
      setattr(some, "sorted", "citizen")
      write_table(some, file.path(parts[n], paste0(name, ".rds")))
    }
  }
  deal(people[, .(citizen = .I, sex, birth, civil_status, municipality, country, origin_type)], "population")
  deal(spells_of(files$enrolment, people), "spells")
  deal(rbindlist(lapply(files$dream, benefits_of, people, told$year)), "benefits")
  diagnoses <- lapply(files$lpr, diagnoses_of, people, told$prefixes, told$kinds, -LAST_DAY, told$status_day)
  deal(rbindlist(diagnoses), "diagnoses")
  services <- rbindlist(lapply(files$services, function(file) {
    rows <- services_of(file, told$year)[, .(citizen = citizen_of(PNR, people), service, quantity)]
    rows[!is.na(citizen) & !is.na(service)]
  }))
  for (one in unique(services$service %/% SERVICES)) {
    deal(services[service %/% SERVICES == one], sprintf("services-%02d", one))
  }
}


# Answering -------------------------------------------------------------------------------------------------------

# Make what is asked of the rows of people fast to look up: øre by service, benefit by DREAM code, both + 1.
job_of <- function(file) {
  job <- read_json(file, simplifyVector = TRUE)
  job$price <- rep(NA_real_, 100L * SERVICES)
  job$price[job$services + 1L] <- job$oere
  job$specialities <- unique(job$services %/% SERVICES)
  job$benefit <- integer(1000L)
  job$benefit[job$temporary + 1L] <- 1L
  job$benefit[job$permanent + 1L] <- 2L
  job$prefixes <- as.data.table(job$prefixes)
  job$conditions <- as.data.table(job$conditions)
  job$first_since <- min(job$conditions$since)
  job
}

# Write the sums of the first pass, from the sums of parts; gives the number of clinics in the sample.
cell_sums <- function(parts, counted, job, out) {
  by_cell <- rbindlist(lapply(parts, `[[`, "by_cell"))[, lapply(.SD, sum), keyby = cell]
  sums <- matrix(0, job$cells, 3L)
  sums[by_cell$cell, ] <- as.matrix(by_cell[, .(citizens, days, oere)])
  write_doubles(sums, file.path(out, "sample"))
  write_doubles(tabulate(counted$place, job$cells * length(job$municipalities)), file.path(out, "citizens"))
  write_doubles(tabulate(counted$clinic, length(job$clinics)), file.path(out, "patients"))
  write_doubles(Reduce(`+`, lapply(parts, `[[`, "residents")), file.path(out, "persons"))
  uniqueN(unlist(lapply(parts, `[[`, "clinics")))
}

# Add up the weights (municipalities and cells, the last fastest) of each clinic's patients.
clinic_nano <- function(counted, job, nano, out) {
  by_clinic <- counted[clinic > 0L, .(clinic, nano = nano[place])][, .(nano = sum(nano)), by = clinic]
  sums <- numeric(length(job$clinics))
  sums[by_clinic$clinic] <- by_clinic$nano
  write_doubles(sums, file.path(out, "clinic_nano"))
}

# Requests know each other: what the first pass has found is kept for the second one.
serve <- function(input) {
  job <- counted <- layout <- NULL
  answer <- function(asked) switch(asked$request,
    prepare = {
      told <- asked$told
      told$prefixes <- as.data.table(told$prefixes)
      prepare(asked$source, told)
      list()
    },
    open = {
      job <<- job_of(asked$job)
      layout <<- asked
      list()
    },
    cell_sums = {
      parts <- switch(layout$layout, csv = sums_of_csv, own = sums_of_own)(layout$source, job)
      counted <<- rbindlist(lapply(parts, `[[`, "counted"))
      list(sample_clinics = cell_sums(parts, counted, job, asked$out))
    },
    clinic_nano = {
      clinic_nano(counted, job, read_doubles(asked$nano), asked$out)
      list()
    }
  )
  while (length(line <- readLines(input, 1L))) {
    given <- tryCatch(answer(parse_json(line, simplifyVector = TRUE)),
                      error = function(e) list(error = conditionMessage(e)))
    cat(toJSON(given, auto_unbox = TRUE), "\n", sep = "")
    flush(stdout())
  }
}

setDTthreads(as.integer(commandArgs(trailingOnly = TRUE)[1L]))
serve(file("stdin", "r"))
