internal import ArmVCpu
internal import VCpuDebug

/// `exits report`: writes recorded exits as a page.
enum ExitsReportCommand: ShellCommand {
  static let name = "exits report"
  static let worksWhileRunning = true
  private static let file = Parameter<String>.file("needs the path of a file, such as exits.html")
  static let parameters: [any AnyParameter] = [file]
  static let summary =
    "Write all recorded exits as a page: timeline, histograms, addresses, functions."
  static let manual = """
    One file of HTML that any browser shows, without a network: a timeline of each vCPU to zoom into, histograms
    of the time in the hypervisor, and tables of the classes, addresses and functions with the most of it. It is
    light or dark as the browser is.

      exits report boot.html
    """

  static let transcript = """
    (vcpu) exits report exits.vcpu
    wrote 12 exits to exits.vcpu
    """

  static func run(_ arguments: Arguments, in shell: Shell) throws -> Outcome {
    let session = try shell.requireSession()
    let log = try session.recorder.source().log(last: nil)
    let reader = RecordedExitReader(session)
    let answer = reader.answer(log, last: nil)
    let classes = reader.statistics(log, by: .class)
    let report = ExitReport(
      title: shell.launched?.configuration.guest.split(separator: "/").last.map(String.init)
        ?? "the guest",
      answer: answer, classes: classes, addresses: reader.statistics(log, by: .address),
      functions: reader.statistics(log, by: .function),
      repeats: ExitRepeatsAnswer(log, reader),
      histograms: classes.rows.compactMap { reader.histogram(log, of: $0.name) })
    let path = arguments[file]
    return .answer(try ExportedFile.write(Array(report.html.utf8), to: path, "html", answer))
  }
}
