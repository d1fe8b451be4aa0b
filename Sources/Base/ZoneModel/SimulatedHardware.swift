/// How a simulator says that it is one, in the field where hardware says who made it. Real hardware cannot be taken
/// for a simulator by accident, and a simulator never for hardware.
package enum SimulatedHardware {
    package static let vendor = "Zone Agent Simulator"
}
