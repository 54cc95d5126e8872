import Testing

@testable import VCpuDebug

/// Swift's structures that the compiler took apart: one piece after the other, without the gaps of memory.
@Suite struct SwiftPiecesTests {
  private static let source = """
    struct Inner { var small: UInt8; var large: UInt64 }
    struct Outer { var flag: Bool; var inner: Inner; var last: UInt32 }
    var outer = Outer(flag: true, inner: Inner(small: 2, large: 3), last: 4)
    @_cdecl("entry") public func entry() { outer.last += 1 }
    """
  private static let program = Result { try SwiftTests.compile(source, name: "pieces") }

  private static func piece(_ bytes: [UInt8]?, count: UInt64) -> Location.Piece {
    Location.Piece(
      location: bytes.map { .value($0) } ?? .optimizedOut, bitOffset: 0, bitCount: count * 8)
  }
  private static let flag = piece([1], count: 1)
  private static let small = piece([2], count: 1)
  private static let large = piece([3, 0, 0, 0, 0, 0, 0, 0], count: 8)
  private static let last = piece([4, 0, 0, 0], count: 4)

  private func text(_ pieces: [Location.Piece]) throws -> String {
    let fixture = try Self.program.get().open()
    let type = try fixture.global("outer").type
    let value = ProgramValue(
      type: type, location: SwiftPieces.placed(.pieces(pieces), of: type), scope: fixture.scope)
    return ValueText().text(ValueReader().node(value))
  }

  @Test func allOfThem() throws {
    #expect(
      try text([Self.flag, Self.small, Self.large, Self.last])
        == "{flag = true, inner = {small = 2, large = 3}, last = 4}")
  }

  @Test func someHaveNoPlace() throws {
    #expect(
      try text([Self.flag, Self.piece(nil, count: 9), Self.last])
        == "{flag = true, inner = {small = <optimized out>, large = <optimized out>}, last = 4}")
    #expect(
      try text([Self.flag, Self.small])
        == "{flag = true, inner = {small = 2, large = <optimized out>}, last = <optimized out>}")
  }

  /// As LLVM describes a structure that was in memory.
  @Test func gapsAreLeftWhereTheyAre() throws {
    #expect(
      try text([
        Self.flag, Self.piece(nil, count: 7), Self.small, Self.piece(nil, count: 7), Self.large,
        Self.last,
      ]) == "{flag = true, inner = {small = 2, large = 3}, last = 4}")
  }
}
