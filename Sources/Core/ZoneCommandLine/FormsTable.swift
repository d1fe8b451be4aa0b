import ZoneModel
import ZoneWire

package enum FormsTable {
    package static func text(_ list: FormListJSON) -> String {
        if let complaint = list.complaint { return complaint.cleaned(limit: 400) + "\n" }
        guard !list.forms.isEmpty else {
            return list.checkedAt == nil
                ? "还没有检查过表格。 The shelf has not been looked at yet.\n"
                : "没有登记表格，见 docs/forms.md。 No forms are listed; see docs/forms.md.\n"
        }
        var table = TextTable(
            header: ["表格 FORM", "类别 KIND", "标题 TITLE", "页数 PAGES", "发布 ISSUED BY", "版本 REVISED", "状态 STATE"])
        for form in list.forms {
            table.add([
                form.id.text, kind(form.kind), form.title + (form.required ? "（必备）" : ""), "\(form.pages)", form.source,
                form.revised, state(form.state) + (form.reason.map { "（\($0)）" } ?? ""),
            ])
        }
        return table.text
    }

    static func kind(_ kind: String) -> String {
        let names = [
            "application": "申请表", "sample": "样表", "suggestion": "意见建议表", "receipt": "接收回执", "satisfaction": "满意度评价表",
            "contact": "联系电话及接收地址",
        ]
        return names[kind] ?? kind
    }

    static func state(_ state: String) -> String {
        let names = [
            "there": "● 可用 there", "missing": "✕ 缺失 missing", "changed": "✕ 与登记的不一致 changed",
            "unreadable": "✕ 打不开 unreadable",
        ]
        return names[state] ?? state
    }

    package static func printed(_ job: JobJSON) -> String {
        """
        \(job.form?.text ?? "")：已送打印，共 \(job.copies) 份，\(job.fee?.text ?? "")。 \(job.copies) copies are on their way to \
        \(job.device).
        编号 job \(job.id)

        """
    }
}
