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
