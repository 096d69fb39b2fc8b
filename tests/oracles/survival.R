# What independent software says about survival.csv. Run: make oracles
suppressPackageStartupMessages({library(survival); library(cmprsk); library(etm)})
say <- function(name, ...) cat(name, formatC(c(...), digits = 12, format = "g"), "\n")
cat("#", R.version.string, "; survival", as.character(packageVersion("survival")),
    "; cmprsk", as.character(packageVersion("cmprsk")), "; etm", as.character(packageVersion("etm")), "\n")

visits <- read.csv("survival.csv")
visits$state <- factor(visits$cause, 0:2, c("censored", "event", "competing"))

# -- Aalen-Johansen and Kaplan-Meier, robust ------------------------------------------------------------------
at <- c(3, 8, 15, 25)
for (delayed in c(FALSE, TRUE)) {
  rows <- if (delayed) visits[visits$duration > visits$entry, ] else visits
  suffix <- if (delayed) "_delayed" else ""
  outcome <- if (delayed) Surv(rows$entry, rows$duration, rows$state) else Surv(rows$duration, rows$state)
  customers <- length(unique(rows$customer))
  # bounds with t(C - 1) and the factor C / (C - 1): R takes the normal quantile, so it is given the level that has ours
  level <- 2 * pnorm(qt(0.975, customers - 1) * sqrt(customers / (customers - 1))) - 1
  rows$unit <- seq_len(nrow(rows))
  # survfit takes no notice of `cluster` where there are several ways to leave: customers are summed here
  both <- survfit(outcome ~ 1, data = rows, id = unit, influence = TRUE)
  place <- findInterval(at, both$time)
  for (j in 1:2) {
    column <- which(both$states == c("event", "competing")[j])
    estimate <- both$pstate[place, column]
    error <- sqrt(colSums(rowsum(both$influence.pstate[, -1, column][, place], rows$customer)^2))
    bounds <- survival:::survfit_confint(estimate, error, logse = FALSE, conf.type = "log-log", conf.int = level)
    say(paste0("survfit_aj_", j, suffix), estimate)
    say(paste0("survfit_aj_se_", j, suffix), error)
    say(paste0("survfit_aj_low_", j, suffix), bounds$lower)
    say(paste0("survfit_aj_high_", j, suffix), bounds$upper)
  }
  left <- if (delayed) Surv(rows$entry, rows$duration, rows$cause > 0) else Surv(rows$duration, rows$cause > 0)
  any <- survfit(left ~ 1, data = rows, cluster = customer, robust = TRUE, conf.type = "log-log", conf.int = level)
  found <- summary(any, times = at)
  say(paste0("survfit_km", suffix), found$surv)
  say(paste0("survfit_km_se", suffix), found$std.err)
  say(paste0("survfit_km_low", suffix), found$lower)
  say(paste0("survfit_km_high", suffix), found$upper)
  say(paste0("survfit_km_at_risk", suffix), found$n.risk)
  table <- summary(any, rmean = 20)$table
  say(paste0("survfit_median", suffix), table[c("median")], quantile(any, 0.5)$lower, quantile(any, 0.5)$upper)
  # print.survfit's error takes visits as independent: ours is the area under each visit's influence
  traced <- survfit(left ~ 1, data = rows, id = unit, influence = TRUE, robust = TRUE)
  widths <- diff(c(traced$time[traced$time <= 20], 20))
  area <- traced$influence.surv[, traced$time <= 20] %*% widths
  say(paste0("survfit_rmean", suffix), table[c("rmean")], sqrt(sum(rowsum(area, rows$customer)^2)))
}

# -- each arm: incidence at 10, its influence, pseudo-values ---------------------------------------------------
customers <- sort(unique(visits$customer))
difference <- list(arm = 0, lost = 0)  # each customer's influence on exposed minus others
per_customer <- function(influence, rows) {
  sums <- setNames(numeric(length(customers)), customers)
  found <- rowsum(influence, rows$customer)
  sums[rownames(found)] <- found
  sums
}
for (arm in 0:1) {
  rows <- visits[visits$exposed == arm, ]
  rows$unit <- seq_len(nrow(rows))
  traced <- survfit(Surv(duration, state) ~ 1, data = rows, id = unit, influence = TRUE)
  column <- which(traced$states == "event")
  at_ten <- traced$influence.pstate[, -1, column][, sum(traced$time <= 10)]
  say(paste0("survfit_arm_", arm), summary(traced, times = 10)$pstate[, column],
      sqrt(sum(rowsum(at_ten, rows$customer)^2)))
  lost <- summary(traced, rmean = 10)$table["event", "rmean"]
  # print.survfit gives no clustered error here: the area under each unit's influence does
  widths <- diff(c(traced$time[traced$time <= 10], 10))
  area <- traced$influence.pstate[, -1, column][, traced$time <= 10] %*% widths
  say(paste0("survfit_lost_", arm), lost, sqrt(sum(rowsum(area, rows$customer)^2)))
  sign <- if (arm == 1) 1 else -1
  difference$arm <- difference$arm + sign * per_customer(at_ten, rows)
  difference$lost <- difference$lost + sign * per_customer(area, rows)
  say(paste0("pseudo_", arm), pseudo(traced, times = 10, type = "pstate")[1:12, column])
}
for (name in names(difference)) say(paste0("survfit_", name, "_difference"), sqrt(sum(difference[[name]]^2)))

# -- hazards -------------------------------------------------------------------------------------------------
for (ties in c("efron", "breslow")) {
  fit <- coxph(Surv(duration, cause == 1) ~ exposed, data = visits, cluster = customer, ties = ties,
               control = coxph.control(eps = 1e-14, toler.chol = 1e-15))
  say(paste0("coxph_", ties), coef(fit), sqrt(fit$naive.var), sqrt(vcov(fit)))
}
say("coxph_score_test", fit$rscore)
six <- data.frame(duration = 1:6, exposed = c(1, 0, 1, 1, 0, 0))
say("coxph_six", coef(coxph(Surv(duration) ~ exposed, six, control = coxph.control(eps = 1e-14, toler.chol = 1e-15))))
say("survdiff_first", survdiff(Surv(duration, cause == 1) ~ exposed, visits)$exp[2])

# -- cmprsk: estimates only, its variance takes visits as independent ------------------------------------------
found <- timepoints(cuminc(visits$duration, visits$cause), at)
say("cuminc_1", found$est[1, ])
say("cuminc_2", found$est[2, ])

# -- etm: left truncation --------------------------------------------------------------------------------------
delayed <- visits[visits$duration > visits$entry, ]
moves <- data.frame(id = seq_len(nrow(delayed)), from = "0", to = ifelse(delayed$cause == 0, "cens", delayed$cause),
                    entry = delayed$entry, exit = delayed$duration)
possible <- matrix(FALSE, 3, 3); possible[1, 2:3] <- TRUE
found <- etm(moves, c("0", "1", "2"), possible, "cens", s = 0)
say("etm_1", trprob(found, "0 1", at))
say("etm_2", trprob(found, "0 2", at))
