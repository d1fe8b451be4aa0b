import ZoneModel

/// When a node asks for its next certificate.
package enum Renewal {
    /// How long an expired certificate may still renew: a PC that was off all summer holidays comes back by itself.
    package static let grace = Duration.seconds(30 * 86_400)

    /// Two thirds of the lifetime, and up to a twelfth more, so that a district enrolled in one morning does not renew in
    /// one morning. `spread` is 0 to 1; others are taken for the nearest.
    package static func due(notBefore: WallTime, notAfter: WallTime, spread: Double) -> WallTime {
        let lifetime = Double(max(0, notAfter.milliseconds - notBefore.milliseconds))
        let share = spread.isNaN ? 0 : min(max(spread, 0), 1)
        return notBefore.advanced(byMilliseconds: Int64(lifetime * (2.0 / 3 + share / 12)))
    }
}
