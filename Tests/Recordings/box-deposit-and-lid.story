instant.occurred box.deposit
instant.occurred box.lid.opened
condition.raised box.lid.open warning
end present up degraded deposits=1 lidOpenings=1
