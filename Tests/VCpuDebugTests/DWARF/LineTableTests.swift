import TestSupport
import Testing

@testable import VCpuDebug

/// Lines and functions of a program with inlined copies.
@Suite struct LineTableTests {
  static let source = """
    struct vcpu { int exits; int kind; };
    volatile int device;
    static inline __attribute__((always_inline)) int emulate(int kind) {
      device = kind;
      return device + 1;
    }
    static inline __attribute__((always_inline)) int handle(struct vcpu *v) {
      v->exits += 1;
      return emulate(v->kind);
    }

    __attribute__((noinline)) int once(struct vcpu *v) {
      int result = handle(v);
      return result * 2;
    }
    __attribute__((noinline)) int twice(struct vcpu *v) {
      int first = handle(v);
      device = 7;
      int second = handle(v);
      return first + second;
    }
    __attribute__((noinline)) int loop(int n) {
      int sum = 0;
      for (int i = 0; i < n; i++)
        sum += device;
      return sum;
    }
    // A line without code.

    void start(void) {
      struct vcpu v = { 0, 1 };
      device = once(&v) + twice(&v) + loop(3);
      for (;;) { }
    }
    """

  let program: CompiledProgram
  let information: DebugInformation

  init() throws {
    program = try CompiledProgram("vcpu.c", Self.source, ["-O2"])
    information = try #require(program.file.debugInformation)
  }

  private func line(_ text: String) -> Int { CompiledProgram.line(of: text, in: Self.source) }

  private func function(_ name: String) throws -> DebugFunction {
    try #require(information.functions(named: name).first)
  }

  @Test func functionsHaveCodeAndDeclarations() throws {
    for name in ["once", "twice", "loop", "start"] {
      let function = try function(name)
      #expect(function.entry == program.module.address(of: name))
      #expect(!function.isInlined && function.call == nil)
      #expect(function.declaration?.line == line("\(name)("))
      #expect(information.function(at: function.entry)?.offset == function.offset)
    }
    #expect(information.functions(named: "nothing").isEmpty)
    #expect(information.functions(at: 0).isEmpty)
  }

  @Test func inlinedCopiesAreFoundByName() throws {
    let copies = information.functions(named: "emulate")
    #expect(copies.count == 3)
    for copy in copies {
      #expect(copy.isInlined)
      #expect(copy.call?.line == line("return emulate"))
      #expect(information.breakpointAddress(of: copy) == copy.entry)
      let chain = information.functions(at: copy.entry)
      #expect(chain.map(\.name).contains("emulate"))
    }
    let owners = copies.compactMap { information.functions(at: $0.entry).last?.name }
    #expect(owners.sorted() == ["once", "twice", "twice"])
  }

  @Test func chainOfInlinedCopies() throws {
    let copy = try function("emulate")
    let chain = information.functions(at: copy.entry)
    #expect(chain.map(\.name) == ["emulate", "handle", "once"])
    #expect(chain.map(\.isInlined) == [true, true, false])
    #expect(chain[1].call?.line == line("int result = handle"))
  }

  @Test func breakpointsAreAfterThePrologue() throws {
    let function = try function("start")
    let address = information.breakpointAddress(of: function)
    #expect(address > function.entry)
    #expect(function.contains(address))
  }

  @Test func linesHaveAddresses() throws {
    let plain = information.code(ofLine: line("device = 7"), inFile: "vcpu.c")
    #expect(plain.count == 1 && plain[0].addresses.count == 1)
    let position = try #require(information.sourcePosition(at: plain[0].addresses[0]))
    #expect(position.location.line == line("device = 7"))
    #expect(position.range.contains(plain[0].addresses[0]))
    #expect(position.isStatement)
    // One for each inlined copy.
    let inlined = information.code(ofLine: line("device = kind"), inFile: "vcpu.c")
    #expect(inlined.count == 1 && inlined[0].addresses.count == 3)
    // A loop's line has several pieces in one function.
    let loop = information.code(ofLine: line("sum += device"), inFile: "vcpu.c")
    #expect(loop.first?.addresses.count == 1)
  }

  @Test func nextLineWithCodeIsTaken() throws {
    let found = information.code(ofLine: line("A line without code"), inFile: "vcpu.c")
    #expect(found.first?.location.line == line("void start("))
    #expect(found.first?.addresses == [information.breakpointAddress(of: try function("start"))])
    #expect(information.code(ofLine: 100_000, inFile: "vcpu.c").isEmpty)
    #expect(information.code(ofLine: 1, inFile: "other.c").isEmpty)
  }

  @Test func filesAreFoundByTheEndOfTheirPath() throws {
    let path = try #require(information.files(matching: "vcpu.c").first)
    #expect(path.hasPrefix("/") && path.hasSuffix("/vcpu.c"))
    #expect(information.files(matching: path) == [path])
    let parts = path.split(separator: "/")
    #expect(information.files(matching: parts.suffix(2).joined(separator: "/")) == [path])
    for other in ["cpu.c", "x/vcpu.c", "/vcpu.c", "", "vcpu.c/"] where other != "vcpu.c/" {
      #expect(information.files(matching: other).isEmpty)
    }
  }

  @Test func rangesOfLinesAreContiguous() throws {
    let function = try function("twice")
    var address = function.entry
    let end = function.ranges[0].upperBound
    var lines: [Int] = []
    while address < end {
      guard let position = information.sourcePosition(at: address) else {
        address += 4
        continue
      }
      #expect(position.range.contains(address))
      #expect(position.range.lowerBound <= address)
      if lines.last != position.location.line { lines.append(position.location.line) }
      address = max(address + 4, position.range.upperBound)
    }
    #expect(lines.contains(line("device = 7")))
    let all = information.lines(of: function.ranges).map(\.line)
    #expect(Set(lines).isSubset(of: Set(all)))
  }

  @Test func indexIsBuiltAUnitAtATime() throws {
    let other = try #require(DebugInformation(elf: try ELFHandle(path: program.path)))
    var noted: [UInt64] = []
    other.onReading = { done, total in
      #expect(total == other.byteCount)
      noted.append(done)
      return true
    }
    let indexes: [any SlicedReading] = [other.functionIndex, other.fileIndex]
    for index in indexes {
      #expect(index.readByteCount < index.byteCount)
      while !index.isRead { #expect(index.advance()) }
      #expect(index.readByteCount == index.byteCount)
      #expect(!index.advance())
    }
    #expect(other.functions(named: "once").count == 1)
    // No command had to wait for it.
    #expect(noted.isEmpty)
    let third = try #require(DebugInformation(elf: try ELFHandle(path: program.path)))
    third.onReading = { done, _ in
      noted.append(done)
      return true
    }
    #expect(third.functions(named: "once").count == 1)
    #expect(noted.last == third.byteCount && noted == noted.sorted())
  }
}

@Suite struct NameMatchingTests {
  private func function(_ name: String, _ scope: [String]) -> DebugFunction {
    DebugFunction(
      offset: 1, name: name, scope: scope, linkageName: "_Z3x", isInlined: false, ranges: [0..<4],
      entry: 0, call: nil, declaration: nil)
  }

  @Test(arguments: [
    ("run", true), ("VCpu::run", true), ("VCpu.run", true), ("avcpu::VCpu::run", true),
    ("_Z3x", true), ("CPU::run", false), ("other::avcpu::VCpu::run", false), ("", false),
    ("::", false), ("VCpu::", false), ("un", false),
  ])
  func names(wanted: String, matches: Bool) {
    #expect(function("run", ["avcpu", "VCpu"]).isNamed(wanted) == matches)
  }

  @Test func genericsAreOnePart() {
    #expect(DebugFunction.components(of: "a::Box<b::C>::f") == ["a", "Box<b::C>", "f"])
    #expect(DebugFunction.components(of: "operator->") == ["operator->"])
  }

  @Test(arguments: [
    ("/a/src/main.c", "main.c", true), ("/a/src/main.c", "src/main.c", true),
    ("/a/src/main.c", "/a/src/main.c", true), ("/a/src/main.c", "/src/main.c", false),
    ("/a/b/../src/main.c", "a/src/main.c", true), ("/a/src/./main.c", "src/main.c", true),
    ("src/main.c", "src/main.c", true), ("main.c", "src/main.c", false),
    ("/a/xmain.c", "main.c", false),
  ])
  func paths(file: String, wanted: String, matches: Bool) {
    #expect(SourcePath.matches(file, wanted) == matches)
  }
}

/// Debug information with some bytes changed: anything may be wrong, but nothing traps, or runs for ever.
@Suite struct DamagedProgramTests {
  @Test(arguments: [
    ".debug_line", ".debug_frame", ".eh_frame", ".debug_info", ".debug_abbrev", ".debug_rnglists",
  ])
  func changedBytes(section: String) throws {
    let flags =
      section == ".eh_frame" ? ["-O2", "-funwind-tables", "-fasynchronous-unwind-tables"] : ["-O2"]
    let program = try CompiledProgram("vcpu.c", LineTableTests.source, flags)
    let damaged = try DamagedFile(of: program.path)
    guard let range = damaged.section(section) else { return }
    let addresses = Array(stride(from: UInt64(0x4008_0000), to: 0x4008_0200, by: 12))
    var random = SplitMix64(seed: 7)
    for _ in 0..<600 {
      let path = try damaged.write(changing: range, &random)
      guard let elf = try? ELFHandle(path: path) else { continue }
      let information = DebugInformation(elf: elf)
      if section.hasSuffix("frame") {
        let frames = CallFrameInformation(elf: elf, information: information, registerCount: 32)
        for address in addresses { _ = frames?.rules(at: address) }
        continue
      }
      guard let information else { continue }
      for address in addresses {
        _ = information.sourcePosition(at: address)
        _ = information.functions(at: address)
      }
      for name in ["once", "emulate"] {
        for function in information.functions(named: name) {
          _ = information.breakpointAddress(of: function)
        }
      }
      _ = information.code(ofLine: 12, inFile: "vcpu.c")
    }
  }
}
