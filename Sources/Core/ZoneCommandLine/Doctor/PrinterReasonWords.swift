extension ReasonWords {
    /// Why a printer gave no answer (`PrinterSilence.Kind`).
    static let printing: [String: ReasonWords] = [
        "badAddress": ReasonWords(
            Saying("打印机地址写错了", "the printer's address is none"),
            Saying(
                "改 agent.yaml 里的 uri，例如 ipp://192.0.2.7/ipp/print",
                "Correct uri in agent.yaml, such as ipp://192.0.2.7/ipp/print")),
        "notResolved": ReasonWords(
            Saying("打印机的名字解析不到地址", "the printer's name has no address"),
            Saying("uri 里改用 IP 地址，或检查域名服务", "Use its IP address in uri, or look at the name service")),
        "refused": ReasonWords(
            Saying("打印机在网上，但拒绝连接", "the printer is on the network and refuses to be connected to"),
            Saying(
                "在打印机上打开 IPP；核对 uri 的端口（常为 631）", "Switch IPP on at the printer; compare the port in uri (631)")),
        "noRoute": ReasonWords(
            Saying("到打印机的网络不通", "there is no way to the printer's network"),
            Saying("看网线和两边的 IP 地址是否同一网段", "Look at the cable and whether both addresses are in one network")),
        "connectTimedOut": ReasonWords(
            Saying("连不上打印机，多为关机或地址变了", "connecting took too long: mostly it is off or has another address"),
            Saying("开机，在打印机面板上核对 IP 地址", "Switch it on and compare the IP address on its panel")),
        "silent": ReasonWords(
            Saying("打印机连上了但不应答", "the printer accepts and then says nothing"),
            Saying("打印机关机 10 秒再开", "Switch the printer off for 10 s")),
        "closed": ReasonWords(
            Saying("打印机中途断开了连接", "the printer broke off"),
            Saying("打印机关机 10 秒再开；总是这样请升级其固件", "Switch it off for 10 s; if it stays so, its firmware wants an update")),
        "httpError": ReasonWords(
            Saying("打印机以网页错误应答", "the printer answered with an HTTP error"),
            Saying(
                "核对 uri 的路径（常见 /ipp/print），看打印机是否要求登录",
                "Compare the path of uri (mostly /ipp/print); see whether the printer wants a login")),
        "ippError": ReasonWords(
            Saying("打印机以打印协议错误应答", "the printer answered with an IPP error"),
            Saying("核对 uri 的路径（常见 /ipp/print）", "Compare the path of uri (mostly /ipp/print)")),
        "notFound": ReasonWords(
            Saying("打印机不认识这个路径", "the printer does not know that path"),
            Saying("核对 uri 的路径（常见 /ipp/print）", "Compare the path of uri (mostly /ipp/print)")),
        "notIPP": ReasonWords(
            Saying("那个地址上不是 IPP 打印机", "what answers at that address is no IPP printer"),
            Saying("核对地址，并在打印机上打开 IPP", "Compare the address, and switch IPP on at the printer")),
        "workerOverrun": ReasonWords(
            Saying("打印子进程超时，已重新启动", "the printing worker overran and was started anew"),
            Saying("等一分钟再看；总是这样请看打印机网络", "Wait a minute; if it stays so, look at the printer's network")),
        "workerFailed": ReasonWords(
            Saying("打印子进程起不来", "the printing worker does not start"), Remedy.readTheLog),
    ]
}
