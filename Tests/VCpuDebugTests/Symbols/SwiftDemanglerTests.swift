import Testing

@testable import VCpuDebug

@Suite struct SwiftDemanglerTests {
  @Test(arguments: [
    ("$e1a4VCpuV3runAA10ExitReasonOyF", "VCpu.run()"),
    ("$s1a4VCpuV3runAA10ExitReasonOyF", "VCpu.run()"),
    ("$e1b4VCpuV3runAA10ExitReasonOyFS2icfU_", "closure #1 in VCpu.run()"),
    ("vmexit_trampoline", "vmexit_trampoline"),
    ("_ZN4core3fmt", "_ZN4core3fmt"),
    ("$s", "$s"), ("$e", "$e"), ("$x", "$x"), ("", ""),
    ("$e1a4VC", "$e1a4VC"),
  ])
  func shortNames(mangled: String, short: String) {
    let names = SymbolNames(SymbolTable(symbols: [], sections: []), demangler: SwiftDemangler())
    #expect(names.displayName(of: mangled) == short)
  }

  @Test func fullNamesKeepTypes() {
    #expect(
      SwiftDemangler().declaration(of: "$e1a4VCpuV3runAA10ExitReasonOyF")
        == "a.VCpu.run() -> a.ExitReason")
  }

  @Test(arguments: [
    ("static a.Main.local() -> Swift.Int", "static Main.local()"),
    (
      "inner #1 (Swift.Int) -> Swift.Int in static a.Main.local() -> Swift.Int",
      "inner #1 in static Main.local()"
    ),
    ("static a.Real.== infix(a.Real, a.Real) -> Swift.Bool", "static Real.== infix(_:_:)"),
    ("static a.Real.< infix(a.Real, a.Real) -> Swift.Bool", "static Real.< infix(_:_:)"),
    ("a.Real.id.setter : Swift.Int", "Real.id.setter"),
    ("a.Real.subscript.getter : (Swift.Int) -> Swift.Int", "Real.subscript.getter"),
    (
      "a.Real.read(_: Swift.UInt64, width: Swift.Int) -> Swift.UInt64", "Real.read(_:width:)"
    ),
    ("generic specialization <a.Real> of a.VCpu.init(m: A) -> a.VCpu<A>", "VCpu.init(m:)"),
    (
      "function signature specialization <Arg[1] = [Closure Propagated : $e1b, Types : []> of "
        + "generic specialization <b.Real> of b.VCpu<A>.apply((Swift.Int) -> Swift.Int, Swift.Int)"
        + " -> Swift.Int",
      "VCpu.apply(_:_:)"
    ),
    (
      "(extension in a):Swift.UInt64.bits(Swift.Range<Swift.Int>) -> Swift.UInt64",
      "UInt64.bits(_:)"
    ),
    ("a.VCpu.(secret in _8F2B01)() -> Swift.Int", "VCpu.secret()"),
    ("a.f<A where A: a.Machine>(on: inout A) -> ()", "f(on:)"),
    ("merged a.VCpu.run() -> ()", "VCpu.run()"),
    (
      "closure #2 () -> () in closure #1 () -> () in a.f() -> ()", "closure #2 in closure #1 in f()"
    ),
    ("", ""), (" in ", " in "), (">>>> -> <", ">>>>"),
  ])
  func declarations(full: String, short: String) {
    #expect(DeclarationShortener.shorten(full) == short)
  }
}
