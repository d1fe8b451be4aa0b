/// Why a document ended as it did, in plain Chinese. The agent writes it down in English, a printer in its own words;
/// what has Chinese in it already is left as it is.
enum JobReasonWords {
    static func chinese(_ reason: String) -> String? {
        guard !reason.unicodeScalars.contains(where: { (0x4E00...0x9FFF).contains($0.value) }) else { return nil }
        return own.first { reason.hasPrefix($0.0) }?.1 ?? silence(reason)
            ?? printer.first { reason.contains($0.0) }?.1
    }

    /// Of the desk and of the driver of network printers; what it counted may follow.
    private static let own: [(String, String)] = [
        ("the agent restarted while", "打印时后台服务重新启动，不知道纸出来没有"),
        ("the agent restarted before", "还没打印后台服务就重新启动了，请重新提交"),
        ("its turn did not come in time", "排队超过10分钟，没有打印"),
        ("its cancelling was not written down", "取消没有记录下来，没有打印"),
        ("the journal does not take it", "电脑存不下记录，没有打印"),
        ("not over after 30 minutes", "30分钟还没打完，已要求打印机停止"),
        ("the device is not run", "这台设备没有接入，没有打印"),
        ("the device is not open", "这台设备没有连上，没有打印"),
        ("before it was sent", "还没发送就取消了"),
        ("by ", "打印开始前被取消"),
        ("the printer gave it up", "打印机自己放弃了这份文件"),
        ("the printer did not say how it ended", "打印机没有说明结果，请看出纸口"),
        ("the printer stopped answering", "打印机中途不再应答，请看出纸口"),
        ("the printer was asked to stop", "已要求打印机停止，它没有说停没停，请看出纸口"),
        ("no page for ", "很久没有出纸，已要求打印机停止"),
        ("the printer was switched off and on", "打印时打印机断过电，请看出纸口"),
        ("the printer says it is done but counted", "打印机说打完了，但计数对不上，请看出纸口"),
        ("the printer no longer knows the job", "打印机已不记得这份文件，请看出纸口"),
    ]

    /// `job-state-reasons` of RFC 8011, 5.3.8; those that printers send when a document did not come out.
    private static let printer: [(String, String)] = [
        ("job-canceled-by-user", "已取消"), ("job-canceled-by-operator", "已由管理人员取消"),
        ("job-canceled-at-device", "在打印机面板上取消了"), ("document-format-error", "打印机看不懂这份文件"),
        ("unsupported-document-format", "打印机不支持这种文件"), ("document-access-error", "打印机读不到这份文件"),
        ("document-password-error", "文件有密码，打印机打不开"), ("aborted-by-system", "打印机自己放弃了这份文件"),
        ("job-password-wait", "打印机在等密码"), ("resources-are-not-ready", "打印机缺纸或缺材料"),
        ("printer-stopped", "打印机停了"), ("unable-to-connect", "连不上打印机"),
    ]

    /// The words of `PrinterSilence.description` begin with its kind, which `zonectl doctor` explains as well.
    private static func silence(_ reason: String) -> String? {
        let kind = reason.prefix { $0 != ":" && $0 != " " }
        return ReasonWords.printing[String(kind)]?.meaning.zh
    }
}
