import ArmVCpu
import Testing

@testable import vcpu_shell

@Suite struct FieldTextTests {
  @Test func longNamesDoNotRunIntoTheirValues() {
    // A memory copy exception has the longest names.
    let lines = FieldText.lines(FieldAnswer.fields(of: ESR_EL2(rawValue: 0x9e04_0000)))
    #expect(lines.contains("  18       FromEpilogue 0x1       from an epilogue instruction"))
    #expect(lines.contains("24:0     ISS           0x40000"))
    #expect(!lines.contains { $0.last == " " })
  }
}
