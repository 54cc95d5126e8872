/// Recorded exits as comma-separated values (RFC 4180), a line each.
enum ExitTable {
  static let columns = [
    "cpu", "number", "vm", "vcpu", "time", "in_hypervisor", "in_guest", "class", "pc", "symbol",
    "esr", "far",
    "hpfar", "pstate", "value", "summary",
  ]

  /// The file's text. Times are in the answer's unit.
  static func text(_ answer: ExitsAnswer) -> String {
    var text = columns.joined(separator: ",") + "\r\n"
    for exit in answer.exits {
      let fields: [String] = [
        "\(exit.cpu)", "\(exit.number)", "\(exit.vm)", "\(exit.vcpu)", "\(exit.time)",
        exit.inHypervisor.map { "\($0)" } ?? "", exit.inGuest.map { "\($0)" } ?? "", exit.class,
        "\(exit.pc)", exit.place.symbol ?? "", exit.esr.map { "\($0)" } ?? "",
        exit.far.map { "\($0)" } ?? "", exit.hpfar.map { "\($0)" } ?? "", "\(exit.pstate)",
        "\(exit.value)", exit.summary,
      ]
      text += fields.map(quoted).joined(separator: ",") + "\r\n"
    }
    return text
  }

  private static func quoted(_ field: String) -> String {
    guard field.contains(where: { ",\"\r\n".contains($0) }) else { return field }
    return "\"" + field.replacing("\"", with: "\"\"") + "\""
  }
}
