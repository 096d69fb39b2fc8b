# The small data sets that the oracles and our functions are both given. Run once: Rscript make_data.R
set.seed(20261121)
customers <- 60
rate <- plogis(rnorm(customers, -1, 1))
visits <- 1 + rpois(customers, 4 * exp(rnorm(customers, 0, 0.5)))
clusters <- data.frame(customer = 1:customers, moved = rbinom(customers, visits, rate), visits = visits)
clusters$money <- round(rgamma(customers, 2, 0.05) * visits, 2)
write.csv(clusters, "clusters.csv", row.names = FALSE, quote = FALSE)

days <- data.frame(customer = rep(1:customers, visits))
days$days <- ceiling(rexp(nrow(days), 1 / (5 * exp(rnorm(customers, 0, 0.6)))[days$customer]))
write.csv(days, "days.csv", row.names = FALSE, quote = FALSE)

# Each customer has units in both arms.
people <- 80
units <- do.call(rbind, lapply(1:people, function(customer) {
  n <- 4 + rpois(1, 3)
  taste <- rnorm(1)
  size <- rnorm(n) + 0.5 * taste
  region <- sample(c("north", "south", "west"), n, TRUE, c(0.5, 0.3, 0.2))
  exposed <- rbinom(n, 1, plogis(-0.3 + 0.6 * size + 0.4 * (region == "south")))
  exposed[1:2] <- c(0, 1)
  score <- pmin(5, pmax(1, round(3.4 - 0.7 * exposed + 0.3 * size + 0.5 * taste + rnorm(n))))
  bought <- rbinom(n, 1, plogis(-0.5 - 0.5 * exposed + 0.5 * size + 0.6 * taste))
  data.frame(customer, exposed, score, bought, size = round(size, 6), region)
}))
write.csv(units, "units.csv", row.names = FALSE, quote = FALSE)

# Visits of customers who differ: tied whole durations, censored, left-truncated, two ways to leave.
set.seed(20261122)
people <- 70
survival <- do.call(rbind, lapply(1:people, function(customer) {
  n <- 2 + rpois(1, 2)
  frailty <- exp(rnorm(1, 0, 0.6))
  exposed <- rbinom(n, 1, 0.45)
  exposed[1:2] <- c(0, 1)
  event <- rexp(n, 0.05 * frailty * exp(0.5 * exposed))
  competing <- rexp(n, 0.04 / frailty)
  end <- runif(n, 4, 40)
  duration <- ceiling(pmin(event, competing, end))
  cause <- ifelse(end < pmin(event, competing), 0, ifelse(event < competing, 1, 2))
  data.frame(customer, exposed, duration, cause, entry = ifelse(runif(n) < 0.6, 0, rpois(n, 3)))
}))
write.csv(survival, "survival.csv", row.names = FALSE, quote = FALSE)
