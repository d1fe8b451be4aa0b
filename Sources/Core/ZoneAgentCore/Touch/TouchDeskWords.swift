import DriverKit
import ZoneModel
import ZoneTouch
import ZoneWire

extension CheckRuler {
    init(_ display: TouchCheckRequest.Display?, _ geometry: PanelGeometry, _ settings: [String: String]) {
        func millimetres(_ key: String, _ fallback: Double) -> Double {
            settings[key].flatMap { Double($0) } ?? fallback
        }
        self.init(
            size: display.map { ($0.widthMm, $0.heightMm) } ?? geometry.sizeMm,
            toleranceMm: millimetres("checkToleranceMm", CheckRuler.defaultToleranceMm),
            cornerToleranceMm: millimetres("checkCornerToleranceMm", CheckRuler.defaultCornerToleranceMm))
    }
}

extension ErrorJSON {
    static func noSurface(_ device: DeviceID) -> ErrorJSON {
        ErrorJSON(
            code: "touch.unsupported", message: "\(device) is no touch panel, or is not open now",
            zh: "这台设备不是触摸屏，或现在没有接通")
    }

    static func notGrabbed(_ device: DeviceID, _ error: DeviceError) -> ErrorJSON {
        switch error.code {
        case .busy:
            ErrorJSON(
                code: "touch.busy", message: "\(device) is being touched, or another program has it: \(error.detail)",
                zh: "屏幕上有手指，或被别的程序占用，请把手拿开再试", fixer: .staff)
        default:
            ErrorJSON(
                code: "touch.unsupported", message: "\(device) cannot be held: \(error.description.cleaned())",
                zh: "这块触摸屏不支持清洁模式")
        }
    }
}
