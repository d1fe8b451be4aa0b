import ZoneModel

/// What somebody who is no technician can say of a device: chosen, never typed, so that nobody leaves a name.
package enum CaseSymptom: String, Sendable, Codable, CaseIterable, Hashable {
    case noPicture, noTouch, wrongPlace, frozen, noPaper, badPrint, noCopy, noPage, wrongContent, boxFull, boxBlocked
    case other

    package static func offered(for kind: DeviceKind) -> [CaseSymptom] {
        switch kind {
        case .touchPanel: [.noTouch, .wrongPlace, .noPicture, .frozen, .other]
        case .queryPC: [.noPicture, .frozen, .noPage, .other]
        case .display: [.noPicture, .wrongContent, .other]
        case .printer: [.noPaper, .badPrint, .other]
        case .copier: [.noCopy, .badPrint, .other]
        case .ledDisplay: [.noPicture, .wrongContent, .other]
        case .suggestionBox: [.boxFull, .boxBlocked, .other]
        case .network: [.noPage, .other]
        }
    }

    package var zh: String {
        switch self {
        case .noPicture: "没有画面"
        case .noTouch: "点了没反应"
        case .wrongPlace: "点的位置不对"
        case .frozen: "卡住不动"
        case .noPaper: "打不出来"
        case .badPrint: "印得不清楚"
        case .noCopy: "不能复印"
        case .noPage: "网页打不开"
        case .wrongContent: "显示的内容不对"
        case .boxFull: "意见箱满了"
        case .boxBlocked: "投不进去"
        case .other: "其他问题"
        }
    }

    package var english: String {
        switch self {
        case .noPicture: "No picture"
        case .noTouch: "It does not react"
        case .wrongPlace: "It reacts in the wrong place"
        case .frozen: "It is stuck"
        case .noPaper: "Nothing comes out"
        case .badPrint: "The print is bad"
        case .noCopy: "It does not copy"
        case .noPage: "Pages do not open"
        case .wrongContent: "It shows the wrong thing"
        case .boxFull: "The box is full"
        case .boxBlocked: "Nothing goes in"
        case .other: "Something else"
        }
    }
}
