// Texts of the touch panel and the screen behind it.

private let touchMayMiss = "点不动时请换个位置或用旁边的电脑"

extension ConditionCode {
    var touchTexts: ConditionTexts {
        switch self {
        case .touchStuck:
            .init(
                headline: "触摸屏一直显示有手指按着", nextStep: "擦净屏幕和四边，拿开贴着的东西；不行重启一体机并报修",
                citizen: machinePaused,
                english: "A contact does not end: wipe the glass and its edges, remove what sticks to it, else restart")
        case .touchGhost:
            .init(
                headline: "触摸屏没人点也在动", nextStep: "擦干屏幕，避开强光；不行引导用电脑，由技术人员查接地和干扰",
                citizen: machinePaused,
                english: "Touches come that no person makes: dry the glass, then check grounding and interference")
        case .touchDeadZone:
            .init(
                headline: "触摸屏有一块点不动", nextStep: "擦净这一块；不行由技术人员做触摸检测", citizen: touchMayMiss,
                english: "A part of the glass does not answer: clean it, then run the touch check")
        case .touchAxis:
            .init(
                headline: "触摸屏点的位置不准", nextStep: "引导用电脑；由技术人员做触摸检测和校准", citizen: machinePaused,
                english: "Touches land elsewhere than the finger: run the touch check and calibrate")
        case .touchJitter:
            .init(
                headline: "触摸屏信号不稳，可能点不准", nextStep: "擦净屏幕；由技术人员检查连接线和供电",
                citizen: nothingForCitizens,
                english: "The panel's signal is unsteady (noise or a low report rate): clean it, check cable and supply"
            )
        default:
            .init(
                headline: "触摸屏没有接通，点屏幕没反应", nextStep: "重启一体机；不行引导用电脑并报修", citizen: machinePaused,
                english: "Touch panel is not connected: restart the kiosk, else report it")
        }
    }

    var displayTexts: ConditionTexts {
        switch self {
        case .displayMode:
            .init(
                headline: "屏幕分辨率不对，画面可能看不清", nextStep: "现场不用操作；由技术人员核对显示设置和视频线",
                citizen: nothingForCitizens,
                english: "The screen does not run in its own mode: check the display settings and the video cable")
        case .displaySmall:
            .init(
                headline: "屏幕比规定的小", nextStep: "现场不用操作；由办公室核对设备配备要求", citizen: nothingForCitizens,
                english: "The screen is smaller than the district's rule asks for: the office checks the equipment")
        default:
            .init(
                headline: "屏幕没有接通，没有画面", nextStep: "看屏幕电源灯，插紧视频线，关机10秒再开；不行点“报修”",
                citizen: machinePaused,
                english: "No screen is connected: check its power and its video cable, else report it")
        }
    }
}
