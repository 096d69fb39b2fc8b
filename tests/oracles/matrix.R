# What independent software says about the matrix, its pooling, its recent view and its chain. Run: make oracles
suppressPackageStartupMessages({library(survey); library(survival); library(etm)})
say <- function(name, ...) cat(name, formatC(c(...), digits = 12, format = "g"), "\n")
cat("#", R.version.string, "; survey", as.character(packageVersion("survey")),
    "; survival", as.character(packageVersion("survival")), "; etm", as.character(packageVersion("etm")), "\n")

# -- partial pooling: the Dirichlet–multinomial likelihood maximised by optimize() ------------------------------
rows <- read.csv("rows.csv")
counts <- as.matrix(rows[, c("a", "b", "c")])
overall <- colSums(counts) / sum(counts)
effective <- counts / rows$design_effect
likelihood <- function(log_precision) {
  a <- exp(log_precision) * overall
  sum(apply(effective, 1, function(k) lgamma(sum(a)) - lgamma(sum(a) + sum(k)) + sum(lgamma(a + k) - lgamma(a))))
}
best <- optimize(likelihood, log(c(1e-2, sum(effective))), maximum = TRUE, tol = 1e-12)
posterior <- sweep(effective, 2, exp(best$maximum) * overall, "+")
visits <- rowSums(effective)
grid <- exp(seq(log(1e-2), log(sum(effective)), length.out = 49))
weights <- exp(sapply(log(grid), likelihood) - best$objective)
weights <- weights / sum(weights)
spread <- 1 / (1 + grid)
spread <- spread + sapply(spread, function(one) sum((visits / sum(visits))^2 * (one + 1 / visits)))
known <- 1 / pmin(spread, 1 / (1 + 1e-2)) - 1
bounds <- NULL
for (g in seq_len(nrow(posterior))) for (j in 1:3) {
  first <- known * overall[j] + effective[g, j]
  below <- function(x) sum(weights * pbeta(x, first, known + visits[g] - first))
  at <- function(share) uniroot(function(x) below(x) - share, c(0, 1), tol = 1e-13)$root
  bounds <- c(bounds, posterior[g, j] / sum(posterior[g, ]), at(0.025), at(0.975))
}
say("dirichlet_multinomial", exp(best$maximum), best$objective, bounds)

# -- reaching the goal: the fundamental matrix of an absorbing chain ---------------------------------------------
moves <- as.matrix(read.csv("moves.csv"))
shares <- moves / rowSums(moves)
say("fundamental_matrix", solve(diag(3) - shares[, 1:3], shares[, "goal"]))

# -- stationarity: score of cohort × target, customers as clusters, from sums over clusters ------------------------
visits <- read.csv("cohorts.csv")
pooled <- prop.table(table(visits$target))
base <- as.integer(names(which.max(pooled)))
kept <- setdiff(0:2, base)
deviations <- NULL
for (cohort in 0:1) for (target in kept) {
  share <- as.numeric(pooled[as.character(target)])
  own <- (visits$target == target) - share
  deviations <- cbind(deviations, own * (visits$cohort == cohort) / sum(visits$cohort == cohort) -
                                  own * (visits$cohort == 2) / sum(visits$cohort == 2))
}
by_customer <- rowsum(deviations, visits$customer)
sums <- colSums(by_customer)
say("score_of_cohorts", t(sums) %*% solve(crossprod(by_customer), sums), length(sums))

# -- recent view: Aalen–Johansen of two targets, plain (etm) and with a weight per visit and day (survival) ----------
stays <- read.csv("stays.csv")
states <- matrix(FALSE, 3, 3); states[1, 2:3] <- TRUE
moves <- data.frame(id = seq_len(nrow(stays)), entry = 0, exit = stays$days, from = "0",
                    to = ifelse(stays$target == 0, "cens", as.character(stays$target)))
found <- etm(moves, c("0", "1", "2"), states, "cens", s = 0, t = 12, covariance = FALSE)
say("etm_cumulative_incidence", found$est["0", "1", dim(found$est)[3]], found$est["0", "2", dim(found$est)[3]],
    found$est["0", "0", dim(found$est)[3]])
still <- rev(cumsum(rev(c(0, rep(1, 40)))))  # customers followed for at least 0 … 40 days, one for each of 1 … 40
middle <- c((still[-41] + still[-1]) / 2, still[41] / 2, 0)
days <- stays[rep(seq_len(nrow(stays)), stays$days), ]
days$day <- sequence(stays$days)
days$weight <- pmin(middle[days$age + 1] / middle[pmin(days$age + days$day, 41) + 1], 10)
days$event <- factor(ifelse(days$day == days$days, days$target, 0), 0:2, c("cens", "a", "b"))
days$row <- seq_along(days$day)
fit <- summary(survfit(Surv(day - 1, day, event) ~ 1, days, weights = weight, id = row), times = 12)
say("survfit_weighted", fit$pstate[1, 2:3], fit$pstate[1, 1])
