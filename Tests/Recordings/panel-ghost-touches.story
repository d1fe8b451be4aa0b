condition.raised touch.ghost fault
end present up failed
