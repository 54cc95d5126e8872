import TestSupport
import Testing

@testable import vcpu_shell

/// The commands of GDB that people use most: each works here, or says what to use instead.
@Suite struct GDBCommandTests {
  /// What is typed. The CPU is in C code that another function has called.
  static let lines = [
    "run", "start", "next", "step", "nexti", "finish", "until", "advance serve", "jump serve",
    "call serve(0)", "watch boot_vcpu.number", "rwatch boot_vcpu.number",
    "awatch boot_vcpu.number", "clear handle_exit", "backtrace", "frame 1", "up", "down",
    "info frame", "info locals", "info args", "list", "info line", "info symbol $pc",
    "disassemble", "ptype struct vcpu", "whatis boot_vcpu", "info functions serve",
    "info variables boot", "file HYPERVISOR", "add-symbol-file GUEST in guest", "display $pc",
    "undisplay", "printf \"%d\\n\", 1", "output 1", "define hello", "shell true", "layout src",
    "thread apply all print 1", "find &boot_vcpu, +16, 1",
    "dump binary memory /dev/null $pc $pc+4",
    "restore GUEST binary hv:0x40404000", "set logging on", "show version",
    "save breakpoints /dev/null",
    "return 0", "rbreak ^handle", "alias hi = echo", "apropos stack", "pipe echo a | cat",
  ]

  @Test func thereAreFifty() { #expect(Set(Self.lines).count == 50) }

  @Test(arguments: lines)
  func eachWorksOrSaysWhatToUse(line: String) throws {
    let fixture = try ShellFixture()
    try fixture.target.standInCode()
    try fixture.session.refresh()
    fixture.run("break handle_exit")
    if line == "down" { fixture.run("up") }
    // For those that run the target.
    fixture.target.script = (0..<8).map { _ in .at(FixtureImages.handler, level: 2) }
    fixture.loop.inputs = [ScriptInput(name: "lines", hasPlaces: false) { "end" }]
    let text = fixture.run(
      line.replacingOccurrences(of: "HYPERVISOR", with: try FixtureImages.hypervisor.get())
        .replacingOccurrences(of: "GUEST", with: try FixtureImages.guest.get()))
    guard text.hasPrefix("error: ") else { return }
    let name = line.split(separator: " ").first.map(String.init) ?? ""
    if let advice = AbsentCommands.advice(for: name) ?? AbsentCommands.advice(for: "set logging"),
      text == "error: \(advice)\n"
    {
      return
    }
    // Windows need a terminal, and only a machine that the shell has launched can be started again: end-to-end tests
    // do that.
    if line == "layout src", text.contains("needs a person at a prompt") { return }
    #expect(
      ["run", "start"].contains(line) && text.contains("the shell cannot start it again"),
      "\(line): \(text)")
  }
}
