import GoldenText
import TestSupport
import Testing

@testable import vcpu_shell

@Suite struct DataGoldenTests {
  let fixture: ShellFixture

  init() throws { fixture = try ShellFixture(at: .mmioWrite) }

  @Test func printing() throws {
    let lines = [
      "print 5", "print 10", "print -1", "p $x0", "print $x1 + 1", "print $w1", "print $pc",
      "print $hv.pc", "print $exit.kind", "print $exit.ipa", "print $exit.write", "print 'a'",
      "print 1 == 1", "print store32", "print &shared + 4", "print guest:shared",
      "print pa:0x41200000", "print *$pc", "print *(hv:vmexit_trampoline)", "print $esr_el2",
      "print $esr_el2.ec", "print mmio-write", "print $vttbr_el2",
      "print/x 255", "print/d -1", "print/u -1", "print/o 8", "print/o 0", "print/t 10",
      "print/a store32 + 4", "print/a 0x10", "print/c 65", "print/c 10", "print/z 255",
      "p/x $exit.kind",
      "inspect 1",
      "print", "print/s 1", "print/i 1", "print/f 1", "print/4x 1", "print/xg 1", "print/q 1",
      "print $nothing + 1", "print 1 +", "print nothing", "print 1/0", "print *(guest:0)",
      "print $esr_el2.nope", "print $x0.lo", "print $exit", "print $v0",
    ]
    try GoldenText.expect(fixture.transcript(lines), "print")
  }

  @Test func setting() throws {
    let lines = [
      "set $x1 = 0x2a", "set var $pc = $pc + 4", "set variable $x2=1", "print $pc",
      "set $esr_el2.srt = 3", "info exit -b", "set guest:0x40300000 = 0x1122",
      "x/xg 0x40300000", "set $x0", "set", "set var", "set $esr_el2.srt = 32", "set $vttbr_el2 = 0",
      "set $exit.kind = 1", "set 5 = 1", "set *8 = 1",
    ]
    try GoldenText.expect(fixture.transcript(lines), "set")
  }

  @Test func examiningInAllFormats() throws {
    let lines = "xduotacz".flatMap { letter in
      "bhwg".map { "x/3\($0)\(letter) message" }
    }
    try GoldenText.expect(fixture.transcript(lines), "x-formats")
  }

  @Test func examining() throws {
    let lines = [
      "x", "x message", "x", "x/9xb message", "x/5xh message", "x/5xw message", "x/3xg message",
      "x/3a message + 24", "x", "x/c message", "x/x message", "x/w message",
      "x/3i store32", "x", "x/2i hv:vmexit_trampoline", "x/2i pa:0x41200010", "x/i ipa:0x40200010",
      "x/2i $pc", "x/i 0x40200ffc", "x/s message", "x", "x/2s message", "x/s message + 40",
      "x/8bd message + 8", "x/8bu message + 8",
      "x/gd message + 24", "x/gu message + 24", "x/s message + 32",
      "x/f message", "x/0x message", "x/xx message", "x/k message", "x 0x10", "x/2i 0x403ffffc",
      "x/4xw 0x403ffff8", "x/4xw 0x40401ff8", "x/s 0x40401ffc", "x nothing", "x/2xw $sp", "x/q",
    ]
    try GoldenText.expect(fixture.transcript(lines), "x")
  }

  @Test func aLongStringIsCutAndGoesOn() throws {
    let text = [UInt8](repeating: 0x61, count: 5000) + [0]
    _ = fixture.target.memory.write(text, at: 0x4130_0000, .physical)
    #expect(
      fixture.run("x/2s 0x40300000")
        == "0x40300000:\t\"" + String(repeating: "a", count: 4096) + "\"…\n"
        + "0x40301000:\t\"" + String(repeating: "a", count: 904) + "\"\n")
  }

  @Test func registers() throws {
    fixture.target["SP_EL1"] = 0x402e_0000
    fixture.target["SCTLR"] = 0x30c5_0830
    fixture.target["ESR_EL1"] = 0x5600_0001
    let lines = [
      "info registers", "info registers hv", "i r guest x0 pc", "info registers esr_el2",
      "info registers hv esr_el2", "info r $x1 sctlr_el1 SCTLR esr_el2.ec", "info reg nothing",
      "info registers x0 nothing x1", "info registers esr_el1", "info registers v0",
    ]
    try GoldenText.expect(fixture.transcript(lines), "info-registers")
  }

  @Test func registersOffAnExit() throws {
    let fixture = try ShellFixture()
    let lines = ["info registers guest", "info registers pc", "info registers hv x0", "print $pc"]
    var text = fixture.transcript(lines)
    text += fixture.transcript(
      "continue", .at(FixtureImages.guestAddress("store32"), level: 1, signal: 2))
    text += fixture.transcript([
      "info registers hv", "info registers guest pc", "info registers pc",
    ])
    try GoldenText.expect(text, "info-registers-off-an-exit")
  }
}
