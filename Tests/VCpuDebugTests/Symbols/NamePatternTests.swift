import Testing

@testable import VCpuDebug

/// The names of functions as people write them.
@Suite struct NamePatternTests {
  @Test(arguments: [
    ("run", "ns::T::run(int)", true),
    ("T::run", "ns::T::run(int)", true),
    ("ns::T::run", "ns::T::run(int)", true),
    ("ns::T::run(int)", "ns::T::run(int)", true),
    ("run(int)", "ns::T::run(int)", true),
    ("run(long)", "ns::T::run(int)", false),
    ("un", "ns::T::run(int)", false),
    ("s::T::run", "ns::T::run(int)", false),
    ("ns::run", "ns::T::run(int)", false),
    // Templates: the result comes first, and arguments needn't be typed.
    ("ns::most", "int ns::most<int, std::less<int> >(int const*)", true),
    ("int", "int ns::most<int>(int const*)", false),
    ("T::run", "ns::T<int>::run(int)", true),
    ("f(int, char*)", "f(int, char *)", true),
    ("operator<<", "std::operator<<(std::ostream&, char const*)", true),
    ("T::operator()", "ns::T::operator()(int)", true),
    ("f", "(anonymous namespace)::f()", true),
    ("(anonymous namespace)::f", "a::(anonymous namespace)::f()", true),
    ("T", "vtable for T", false),
    ("T::f", "non-virtual thunk to T::f()", false),
    // Rust.
    (
      "arm_vcpu::exception::handle_exception_sync", "arm_vcpu::exception::handle_exception_sync",
      true
    ),
    ("handle_exception_sync", "arm_vcpu::exception::handle_exception_sync", true),
    ("Aarch64VCpu::run", "arm_vcpu::vcpu::Aarch64VCpu<H>::run", true),
    ("Aarch64VCpu::run", "<arm_vcpu::vcpu::Aarch64VCpu<H> as axvcpu::AxArchVCpu>::run", true),
    ("AxArchVCpu::run", "<arm_vcpu::vcpu::Aarch64VCpu<H> as axvcpu::AxArchVCpu>::run", true),
    ("Aarch64VCpu::run", "<arm_vcpu::vcpu::Aarch64VCpu<H>>::run", true),
    ("Other::run", "<arm_vcpu::vcpu::Aarch64VCpu<H> as axvcpu::AxArchVCpu>::run", false),
    ("{closure#0}", "main::f::{closure#0}", true),
    ("f", "main::f::{closure#0}", false),
    // Swift, shortened.
    ("VCpu.run", "ArmVCpu.VCpu.run()", true),
    ("VCpu.run()", "ArmVCpu.VCpu.run()", true),
    ("run(_:width:)", "Real.run(_:width:)", true),
    ("run(_:)", "Real.run(_:width:)", false),
  ])
  func aNameMatchesTheEndOfADeclaration(
    typed: String, declaration: String, matches: Bool
  ) throws {
    let pattern = try #require(NamePattern(typed: typed))
    #expect(NamePattern.patterns(of: declaration).contains(where: pattern.matches) == matches)
  }

  @Test(arguments: ["", "::", "a::", "::a", ".", "a..b"])
  func whatIsNoName(text: String) { #expect(NamePattern(typed: text) == nil) }

  /// Whatever is in a file: no trap, and an end.
  @Test(arguments: [
    "<", ">", "<<<<<<", "(", ")", "(((", "{", "}", "operator", "operator(", "operator<", "< as ",
    "<a as >", "::::::",
    "a<b::c", "a(b", " ", "  a", "\u{0}", "é::ü", "<<a> as <b>>::c",
  ])
  func unfinishedNames(text: String) {
    _ = NamePattern.patterns(of: text)
    _ = NamePattern(typed: text)
  }
}

/// Symbols by such names.
@Suite struct SymbolNamesTests {
  private static func names(_ symbols: [String]) -> SymbolNames {
    let table = SymbolTable(
      symbols: symbols.enumerated().map { index, name in
        Symbol(
          name: name, address: UInt64(index) * 16, byteCount: 16, kind: .function, isGlobal: true,
          section: 1)
      }, sections: [])
    return SymbolNames(table, demangler: SwiftDemangler())
  }

  /// `VCpu.run()`, a closure in it, `main`, and `main` again.
  private let names = Self.names([
    "$e1a4VCpuV3runAA10ExitReasonOyF", "$e1a4VCpuV3runAA10ExitReasonOyFS2icfU_", "main", "main",
  ])

  @Test(
    arguments: [
      ("VCpu.run", [0]), ("run", [0]), ("a.VCpu.run", [0]), ("b.VCpu.run", []),
      ("VCpu.run()", [0]), ("closure #1 in VCpu.run()", [16]), ("main", [32, 48]), ("nothing", []),
      ("$e1a4VCpuV3runAA10ExitReasonOyF", [0]), ("", []),
    ] as [(String, [UInt64])])
  func eachNameMeansItsSymbols(name: String, addresses: [UInt64]) {
    #expect(names.symbols(named: name).map(\.address) == addresses)
  }

  @Test func prefixesComplete() {
    #expect(names.names(withPrefix: "VCpu.r") == ["VCpu.run()"])
    #expect(names.names(withPrefix: "ma") == ["main"])
    #expect(names.names(withPrefix: "").count == 5)
  }

  @Test func slicesIndexTheSame() {
    let sliced = Self.names(["$e1a4VCpuV3runAA10ExitReasonOyF", "main"])
    sliced.index(next: 1)
    #expect(!sliced.isRead)
    sliced.index(next: 100)
    #expect(sliced.isRead)
    #expect(sliced.symbols(named: "VCpu.run").count == 1)
  }

  @Test(arguments: [100_000])
  func aTableOfManySymbols(count: Int) {
    let names = Self.names((0..<count).map { "symbol_\($0)" })
    #expect(names.symbols(named: "symbol_77777").map(\.address) == [77777 * 16])
    #expect(names.names(withPrefix: "symbol_9999").count == 11)
    #expect(names.table.symbol(at: 16 * 500 + 5)?.name == "symbol_500")
  }
}
