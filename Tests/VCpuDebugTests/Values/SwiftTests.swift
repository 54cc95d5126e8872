import Testing

@testable import VCpuDebug

/// Swift's values: Embedded Swift's, which describes its types, for AArch64.
@Suite struct SwiftTests {
  static let source = """
    struct Point { var x: Int; var y: Int32; var flag: Bool }
    enum Command { case reset, run, stop }
    enum Shape { case circle(UInt64), line(UInt32), none, all }
    struct Holder { var point: Point; var command: Command; var shape: Shape; var optional: UInt64? }
    var holder = Holder(
      point: Point(x: 1, y: 2, flag: true), command: .run, shape: .circle(7), optional: 5)
    var none = Holder(
      point: Point(x: 1, y: 2, flag: true), command: .stop, shape: .all, optional: nil)
    var line = Shape.line(9)
    var some: Int? = 5
    var nothing: Int? = nil
    var no: Bool? = nil
    var yes: Bool? = true
    var pi = 2.5
    var cell = UnsafeMutablePointer<Point>(bitPattern: 4096)!
    @_cdecl("entry") public func entry() { cell.pointee.x = 1; holder.point.x += 1; none.point.x += 1; some = 6 }
    """

  static let program = Result {
    let file = try ProgramFixture.write(source, "fixture.swift")
    let object = ProgramFixture.folder.appendingPathComponent("swift.o").path
    let path = ProgramFixture.folder.appendingPathComponent("swift.elf").path
    try ProgramFixture.run([
      "swiftc", "-target", "aarch64-none-none-elf", "-enable-experimental-feature", "Embedded",
      "-wmo", "-g", "-Onone", "-parse-as-library", "-module-name", "fixture", "-c", file, "-o",
      object,
    ])
    try ProgramFixture.run([
      "ld.lld", "-e", "entry", "--unresolved-symbols=ignore-all", object, "-o", path,
    ])
    return ProgramFixture.Compiled(path: path)
  }

  @Test(arguments: [
    ("holder.point", "{x = 1, y = 2, flag = true}"), ("holder.command", ".run"),
    ("holder.shape", ".circle(7)"), ("holder.optional", "5"), ("none.command", ".stop"),
    ("none.shape", ".all"), ("none.optional", "nil"), ("line", ".line(9)"), ("some", "5"),
    ("nothing", "nil"), ("no", "nil"), ("yes", "true"), ("pi", "2.5"),
  ])
  func prints(path: String, text: String) throws {
    let fixture = try Self.program.get().open()
    var names = path.split(separator: ".").map(String.init)[...]
    var value = try fixture.global(names.removeFirst())
    for name in names { value = try value.member(named: name) }
    #expect(ValueText().text(ValueReader().node(value)) == text)
  }

  @Test func types() throws {
    let types = try Self.program.get().open().types
    let point = try #require(types.type(named: "fixture.Point"))
    #expect(
      TypeText.ptype(point) == [
        "type = struct fixture.Point {", "    Int x;", "    Int32 y;", "    Bool flag;", "}",
      ])
  }

  @Test func pointers() throws {
    let value = try Self.program.get().open().global("cell")
    guard case .pointer(let target) = value.type.stripped.kind else {
      Issue.record("\(value.type.name) isn't a pointer")
      return
    }
    #expect(value.type.name == "UnsafeMutablePointer<fixture.Point>")
    #expect(target.name == "fixture.Point")
    #expect(value.type.byteCount == 8)
  }

  @Test(
    arguments: [
      ("$eSpySo13avcpu_contextVGD", "$eSo13avcpu_contextVD"),
      ("$sSPy7fixture5PointVGSgD", "$s7fixture5PointVD"), ("$eSpyxGD", nil), ("$eSpyGD", nil),
      ("$es6UInt64VD", nil), ("SpyaGD", nil), ("$eSpy", nil),
    ] as [(String, String?)])
  func pointees(mangled: String, pointee: String?) {
    #expect(SwiftPointer.pointee(of: mangled) == pointee)
  }
}
