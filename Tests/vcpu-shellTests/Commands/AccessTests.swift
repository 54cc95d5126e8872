import TestSupport
import Testing

@testable import vcpu_shell

/// What commands do to the target: none writes a register, memory or a step to read memory.
@Suite struct AccessTests {
  private static let lines = [
    "x/4i $pc", "x/2xg guest:0x40200000", "x/2xg hv:0x40200000", "x/2xg ipa:0x40200000",
    "x/2xg pa:0x41200000", "x/2xg guest[cpu 0]:0x40200000", "x/s guest:0x40200000",
    "print *(uint32_t *)(guest:0x40200000)", "print pa:(guest:0x40200000)", "print $guest.pc",
    "walk guest:0x40200000", "walk hv:0x40200000 for write", "info mappings s1",
    "info mappings s2 --check", "info mappings el2", "info vms", "info exit", "info threads",
    "find guest:0x40200000, +64, 1", "disassemble guest:0x40200000, +16", "info hypervisor",
    "break guest:store32", "watch guest:0x40200000", "rwatch ipa:0x40200000, 4", "info breakpoints",
    "printf \"%s\\n\", guest:0x40200000",
    "dump binary memory /dev/null guest:0x40200000 guest:0x40200010",
  ]

  /// At an exit and while the guest runs.
  @Test(arguments: [true, false])
  func noCommandChangesTheTargetToReadMemory(isAtExit: Bool) throws {
    let fixture = try ShellFixture(at: .mmioWrite)
    if !isAtExit {
      fixture.target.script = [.at(0x4020_0010, level: 1, signal: 2)]
      try fixture.session.resume()
      _ = try fixture.session.poll()
    }
    let before = fixture.target.contents
    for line in Self.lines {
      _ = fixture.target.takeTrace()
      let text = fixture.run(line)
      let trace = fixture.target.takeTrace().flatMap { $0.split(separator: "|") }
      let changes = trace.filter { request in
        let word = request.drop { $0 == " " }.prefix { $0 != " " }
        return ["P", "M", "s", "c", "vCont"].contains(word)
      }
      #expect(changes.isEmpty, "\(line): \(changes) \(text)")
    }
    #expect(FakeTarget.differences(before, fixture.target.contents) == [])
  }
}
