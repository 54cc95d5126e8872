import TestSupport
import Testing

@testable import vcpu_shell

@Suite struct CompletionTests {
  let shell: Shell

  init() throws { shell = try ShellFixture(at: .mmioWrite).shell }

  /// The words offered at the end of a line that begin with its last word.
  private func words(_ line: String) -> [String]? {
    let word = CompletionWord(endOf: line)
    let completion = Completer(shell: shell).completion(
      of: line, at: word.start, word: word.text)
    guard case .words(let words) = completion else { return nil }
    return words.filter { $0.hasPrefix(word.text) }
  }

  @Test func commands() {
    #expect(words("co") == ["commands", "complete", "condition", "context", "continue"])
    #expect(words("ca") == ["catch"])
    #expect(words("inf") == ["info"])
    #expect(words("")?.contains("print") == true)
    #expect(words("  pr") == ["print", "printf"])
  }

  @Test func families() {
    #expect(
      words("info ") == [
        "exit", "hypervisor", "interrupts", "threads", "display", "registers", "mappings", "vms",
        "frame", "locals", "args", "modules", "symbol", "address", "functions", "variables",
        "source", "line", "guest", "breakpoints", "catch",
      ])
    #expect(words("i r") == ["registers"])
    #expect(words("catch ") == ["exit", "entry", "fault"])
  }

  @Test func classes() {
    #expect(words("catch exit mmio") == ["mmio", "mmio-read", "mmio-write"])
    #expect(
      words("tcatch exit hvc s")
        == ["smc", "sysreg", "sysreg-read", "sysreg-write", "serror", "sve"].sorted(by: order))
    #expect(words("catch exit hvc i")?.contains("if") == true)
  }

  /// The order of the classes.
  private func order(_ left: String, _ right: String) -> Bool {
    let words = words("catch exit ") ?? []
    return (words.firstIndex(of: left) ?? 0) < (words.firstIndex(of: right) ?? 0)
  }

  @Test func expressions() {
    #expect(words("print $exit.i") == ["$exit.ipa"])
    #expect(words("print $x3") == ["$x3", "$x30"])
    #expect(words("print 1 + $vtt") == ["$vttbr_el2"])
    #expect(words("x/4i $p") == ["$par_el1", "$pc"])
    #expect(words("set $x0 = $hp") == ["$hpfar_el2"])
    #expect(words("print $g") == ["$guest."])
    #expect(words("print mmio-w") == ["mmio-write"])
  }

  @Test func symbols() {
    #expect(words("break handle") == ["handle_exit"])
    #expect(words("tbreak hv:vm") == ["hv:vmexit_trampoline"])
    #expect(words("break guest:st") == ["guest:store32", "guest:store8"])
    // Mapping symbols aren't offered as names.
    #expect(words("break $") == [])
  }

  /// What may follow a dot, in whatever case the text before it is.
  @Test func fields() throws {
    #expect(words("print $esr_el2.ss") == ["$esr_el2.sse"])
    #expect(words("print $ESR_EL2.dfs") == ["$ESR_EL2.dfsc"])
    #expect(words("x/i hv:$vttbr_el2.vm") == [])
    #expect(words("print $cpsr.dai") == [])
    #expect(words("print $cpsr.bty") == ["$cpsr.btype2", "$cpsr.btype"])
    #expect(words("print $guest.elr_el1") == ["$guest.elr_el1", "$guest.elr_el12"])
    #expect(words("print $guest.vttbr_el2.bad") == ["$guest.vttbr_el2.baddr"])
    #expect(words("print $nosuch.f") == [])
    #expect(words("info registers $esr_el2.ss") == [])
  }

  @Test func others() {
    #expect(words("source fi") == nil)
    #expect(words("info exit ") == ["--brief"])
    #expect(words("info registers g") == ["guest", "gic"])
    #expect(
      words("help info") == [
        "info exit", "info hypervisor", "info interrupts", "info threads", "info display",
        "info registers", "info mappings", "info vms", "info frame", "info locals", "info args",
        "info modules", "info symbol", "info address", "info functions", "info variables",
        "info source", "info line", "info guest", "info breakpoints", "info catch",
      ])
    #expect(words("nonsense ") == [])
    #expect(words("detach ") == [])
  }

  @Test func withoutASessionThereAreCommandsOnly() throws {
    shell.session = nil
    #expect(words("print $x") == [])
    #expect(words("pr") == ["print", "printf"])
  }
}
