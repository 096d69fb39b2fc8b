-- export_macros: draws and the ways people write things, for every export query.
-- A draw is a function of the seed's text, the person's number in it, what it is for and a counter; never of the rest.
create or replace temp macro draw_of(seed, number, purpose, counter) as
    md5_number_lower(concat(seed, ':', number, ':', purpose, ':', counter));

-- two independent shares in [0, 1) of one draw
create or replace temp macro low_share(draw) as (draw & 4294967295) / 4294967296.0;
create or replace temp macro high_share(draw) as (draw >> 32) / 4294967296.0;

-- an e-mail as it stands in one system: seldom mistyped there, at times in capitals or with a blank behind it
create or replace temp macro as_typed(email, draw, typos, variants) as
    case
        when low_share(draw) < typos then concat(left(email, 2), substring(email, 4))
        when high_share(draw) < variants / 3 then upper(email)
        when high_share(draw) < 2 * variants / 3 then concat(upper(left(email, 1)), substring(email, 2))
        when high_share(draw) < variants then concat(email, ' ')
        else email
    end;

-- nine digits after the zero, as people write a French number
create or replace temp macro as_written(phone, draw) as
    case
        when low_share(draw) < 0.4 then phone
        when low_share(draw) < 0.7 then concat('+33', substring(phone, 2))
        else concat_ws(' ', left(phone, 2), substring(phone, 3, 2), substring(phone, 5, 2), substring(phone, 7, 2), right(phone, 2))
    end;

-- naive local time of the brand
create or replace temp macro in_paris(moment) as (moment at time zone 'UTC') at time zone 'Europe/Paris';

-- a whole score without decimals, any other as it is
create or replace temp macro as_answer(score) as
    case when score = floor(score) then cast(cast(score as integer) as varchar) else cast(score as varchar) end
