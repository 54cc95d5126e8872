import Testing

@testable import vcpu_shell

@Suite struct NearNamesTests {
  @Test(
    arguments: [
      ("hrc", ["HCR"]), ("HCRR", ["HCR"]), ("sctlr", ["SCTLR_EL1", "SCTLR_EL2"]),
      ("SCTLR_EL3", ["SCTLR_EL1", "SCTLR_EL2"]), ("zork", []), ("", []),
    ] as [(String, [String])])
  func names(text: String, wanted: [String]) {
    let names = ["HCR", "SCTLR_EL1", "SCTLR_EL2", "VTCR_EL2"]
    #expect(NearNames.names(near: text, in: names) == wanted)
  }

  @Test func hints() {
    #expect(NearNames.hint(of: "x", in: []) == "")
    #expect(NearNames.hint(of: "ab", in: ["abc"]) == ": did you mean abc?")
    #expect(
      NearNames.hint(of: "ab", in: ["abc", "abd", "abe", "abf"])
        == ": did you mean abc, abd or abe?")
    #expect(NearNames.hint(of: String(repeating: "a", count: 1000), in: ["a"]) == "")
  }
}
