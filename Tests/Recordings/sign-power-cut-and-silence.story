condition.raised led.noanswer fault
condition.cleared led.noanswer fault
end present up ok
