condition.raised touch.absent fault
condition.cleared touch.absent fault
end present up ok
