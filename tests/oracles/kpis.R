# Scores weighted to those asked, and customers who come back: survey and survival. Run: make oracles
suppressPackageStartupMessages({library(survey); library(survival)})
say <- function(name, ...) cat(name, formatC(c(...), digits = 12, format = "g"), "\n")
cat("#", R.version.string, "; survey", as.character(packageVersion("survey")),
    "; survival", as.character(packageVersion("survival")), "\n")
units <- read.csv("units.csv")

# -- rows with a size above 1 are questions nobody answered; strata are regions, customers are left out one by one ----
answers <- subset(units, size <= 1)
# a customer who never answered is a replicate, too: its questions count in the totals that answers are weighted to
customers <- sort(unique(units$customer))
asked <- table(units$region)
weighted_mean <- function(rows) {
  own <- svydesign(ids = ~1, weights = ~1, data = rows[rows$size <= 1, ])
  target <- as.data.frame(table(region = rows$region), responseName = "Freq")
  coef(svymean(~score, postStratify(own, ~region, target)))
}
whole <- weighted_mean(units)
replicates <- sapply(customers, function(one) weighted_mean(units[units$customer != one, ]))
design <- svrepdesign(data = data.frame(one = rep(1, length(customers))), weights = rep(1, length(customers)),
                      repweights = 1 - diag(length(customers)), type = "JK1", combined.weights = TRUE, mse = TRUE,
                      scale = (length(customers) - 1) / length(customers), rscales = rep(1, length(customers)))
variance <- svrVar(replicates, design$scale, design$rscales, mse = TRUE, coef = whole)
say("poststratified_score", whole, sqrt(variance))

# -- first returns in whole periods: each unit's period is 1 + 4 x bought + region's number, followed for 1 + score ----
number <- as.numeric(factor(units$region))
followed <- 1 + units$score
period <- number + 1
back <- units$bought == 1 & period <= followed
curve <- survfit(Surv(ifelse(back, period, followed), back) ~ 1)
last <- summary(curve, times = c(2, 4), extend = TRUE)
say("survfit_returns", 1 - last$surv, last$std.err)
