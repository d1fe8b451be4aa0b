condition.raised prn.paper.out fault
condition.cleared prn.paper.out fault
condition.raised prn.link.down fault
condition.cleared prn.link.down fault
condition.raised prn.service.required fault
condition.cleared prn.service.required fault
end present up ok
