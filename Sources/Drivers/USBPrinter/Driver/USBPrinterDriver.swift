import DriverKit
import ZoneModel
import ZoneTime

package struct USBPrinterDriver: DeviceDriver {
    package let name = "usb-printer"
    package let kinds: Set<DeviceKind> = [.printer]
    package let settings: [String: SettingKind] = [
        "jobStalledWithin": .duration, "portStatus": .choice(["trusted", "ignored"]),
    ]
    package let absence: ConditionCode? = .printerLinkDown
    /// The USB device, not usblp's node: that one goes whenever CUPS prints, and has no name that would last.
    /// One that also speaks IPP over USB is left to its IPP address, unless a profile of the site wants it.
    package let hotplug = ["1", "ipp"].map {
        HotplugRule(.printer, subsystem: "usb", nodePrefix: "/dev/bus/usb/", properties: ["USB_PRINTER": $0])
    }

    private let opener: any PrinterPortOpener
    private let clock: any ZoneClock
    private let pace: USBPrintPace

    /// - Parameter pace: where a profile sets nothing else.
    package init(opener: any PrinterPortOpener, clock: any ZoneClock, pace: USBPrintPace = USBPrintPace()) {
        (self.opener, self.clock, self.pace) = (opener, clock, pace)
    }

    package func open(
        _ attachment: Attachment, profile: DeviceProfile, tap: WireTap
    ) async throws(DeviceError) -> any LiveDevice {
        let place = try USBPrinterIdentity(attachment)
        var pace = pace
        pace.stalled = profile.settings["jobStalledWithin"].flatMap(Duration.init(shortText:)) ?? pace.stalled
        return USBPrinterDevice(
            port: try await opener.open(attachment, tap: tap), place: place,
            trustsStatus: profile.settings["portStatus"] != "ignored", pace: pace, clock: clock)
    }
}

/// How long things may take.
package struct USBPrintPace: Sendable, Hashable {
    /// After plugging in, until the kernel's driver has the printer.
    package var driver = Duration.seconds(5)
    package var driverLook = Duration.milliseconds(500)
    /// One attempt to give the printer bytes; then it is asked why it takes none.
    package var slice = Duration.seconds(2)
    /// Between looks at a printer that has everything, or that somebody else has.
    package var look = Duration.seconds(2)
    package var lookWithin = Duration.seconds(11)
    /// So long a printer may take nothing, out of paper for example: a sheet that comes out hours later is a leak.
    package var stalled = Duration.seconds(300)
    /// So long its state must stay good after it has taken everything.
    package var settling = Duration.seconds(10)
    /// SOFT_RESET: the kernel gives the printer 5 s for it.
    package var abandoning = Duration.seconds(6)

    package init() {}
}
