-- index_units: each person's first index in the window, exposed or not, with a complete outcome window.
with indexes as (
    select person, visit, moment
    from moments
    where touchpoint = $index and moment >= $opens and moment < $closes
    qualify row_number() over (partition by person order by moment, visit, part) = 1
),

exposed as (
    select
        indexes.person,
        indexes.visit,
        indexes.moment as index_at,
        indexes.moment + $exposure_window as close_at,
        case
            when $exposure = 'newsletter' then exists (
                select 1
                from moments
                where
                    moments.person = indexes.person and moments.touchpoint = 'newsletter_opened'
                    and moments.moment > indexes.moment and moments.moment <= indexes.moment + $exposure_window
            )
            else exists (
                select 1
                from meetings
                where
                    meetings.person = indexes.person and meetings.visit = indexes.visit
                    and meetings.exposure = $exposure
            )
        end as is_exposed
    from indexes
)

select exposed.*, persons.seed_number
from exposed
inner join persons on exposed.person = persons.person
inner join visits on exposed.person = visits.person and exposed.visit = visits.visit
where
    exposed.close_at + $outcome_window <= $closes
    and case $population
        when 'consumers' then persons.contacts = 0
        when 'professionals' then persons.contacts > 0
        when 'mobile' then visits.device = 'mobile'
        else true
    end
    -- a yes or no counts for those still at risk when the exposure window closes
    and ($is_score or not exists (
        select 1
        from moments
        where
            moments.person = exposed.person and list_contains($outcome, moments.touchpoint)
            and moments.moment > exposed.index_at and moments.moment <= exposed.close_at
    ))
order by exposed.person
