import GoldenText
import TestSupport
import Testing

@testable import vcpu_shell

@Suite struct DecodeGoldenTests {
  @Test func decoding() throws {
    let fixture = try ShellFixture(at: .mmioWrite)
    fixture.target["VTTBR_EL2"] = 0x0001_0000_4080_0000
    let lines = [
      "decode vttbr_el2", "decode ESR", "decode spsr", "decode cpsr 0x10", "decode hpfar",
      "decode midr 0x411fd070", "decode smccc 0x84000000 + 8", "decode s2desc 0x402007fd",
      "decode sysreg SCTLR", "decode sysreg tlbi vmalle1", "decode sysreg 0x3a3016",
      "decode sysreg $esr_el2", "decode sctlr_el2_vhe 1 << 36", "dec cntv_ctl 5",
      "decode", "decode sysreg", "decode zork", "decode hrc 1", "decode s2desc", "decode esr zork",
      "decode esr 1 +", "decode sysreg zork", "decode esr 96000045", "decode esr f2000800",
      "decode sysreg 0020c00a",
    ]
    var text = fixture.transcript(lines)
    fixture.target["CPTR_EL2"] = 0x33ff
    text += fixture.transcript("decode cptr_el2")
    fixture.target["HCR_EL2"] = 1 << 34
    text += fixture.transcript("decode cptr")
    fixture.target["HCR_EL2"] = 1 << 46
    text += fixture.transcript(["decode s2desc 0x402007db", "decode s2desc_nofwb 0x402007db"])
    try GoldenText.expect(text, "decode")
  }

  @Test func completion() throws {
    let shell = try ShellFixture(at: .mmioWrite).shell
    func words(_ line: String) -> [String] {
      let word = CompletionWord(endOf: line)
      guard
        case .words(let words) = Completer(shell: shell).completion(
          of: line, at: word.start, word: word.text)
      else { return [] }
      return words.filter { $0.hasPrefix(word.text) }
    }
    #expect(words("decode hc") == ["hcr_el2", "hcrx_el2"])
    #expect(words("decode sy") == ["sysreg"])
    #expect(words("decode esr $x3") == ["$x3", "$x30"])
  }
}
