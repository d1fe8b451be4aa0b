condition.raised touch.stuck fault
condition.cleared touch.stuck fault
end present up ok
