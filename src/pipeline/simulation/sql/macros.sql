-- macros: how chance is drawn. A draw is a hash of who, what for and which time, so that nothing depends on how many
-- persons are made together; it is cut into four uniforms.
create or replace temp macro draw(person_key, purpose, counter) as
    md5_number(concat(person_key, ':', purpose, ':', counter));

-- the part-th (1 to 4) uniform of a draw, strictly between 0 and 1
create or replace temp macro uniform(drawn, part) as
    (((drawn >> (32 * (part - 1))::uhugeint) & 4294967295::uhugeint)::ubigint::double + 0.5) / 4294967296::double;

-- Box and Muller (1958); digits that differ between machines are cut off
create or replace temp macro normal(first, second) as round(sqrt(-2 * ln(first)) * cos(2 * pi() * second), 9);
create or replace temp macro other_normal(first, second) as round(sqrt(-2 * ln(first)) * sin(2 * pi() * second), 9);

create or replace temp macro logistic(x) as 1 / (1 + exp(-x));
create or replace temp macro logit(p) as ln(p / (1 - p));
create or replace temp macro kept_between(low, x, high) as greatest(low, least(x, high));

-- seconds of a log-normal wait
create or replace temp macro waited(median, sigma, shortest, chance) as
    round(greatest(shortest, median * exp(sigma * chance)))::bigint;

-- the uniform clock of the process becomes one of days with quiet nights; the order of moments stays, and so do days
create or replace temp macro by_daylight(second) as
    (second // 86400) * 86400 + case
        when second % 86400 < 2592 then (second % 86400) * 18000 // 2592
        when second % 86400 < 30240 then 18000 + (second % 86400 - 2592) * 21600 // 27648
        when second % 86400 < 60480 then 39600 + (second % 86400 - 30240) * 21600 // 30240
        when second % 86400 < 83808 then 61200 + (second % 86400 - 60480) * 16200 // 23328
        else 77400 + (second % 86400 - 83808) * 9000 // 2592
    end;
