import Foundation
import TestSupport
import Testing

@testable import VCpuDebug

/// Debug information in files of its own.
@Suite struct SplitFileTests {
  private let folder: URL
  /// Without debug information, and with the name and the checksum of the file that has it.
  private let path: String
  private let debug: String

  init() throws {
    let source = "int counter;\nvoid start(void) { counter += 1; for (;;) { } }\n"
    let program = try CompiledProgram("split.c", source, ["-O1"])
    folder = URL(fileURLWithPath: program.path).deletingLastPathComponent()
    path = folder.appendingPathComponent("stripped.elf").path
    debug = folder.appendingPathComponent("program.debug").path
    try Self.copy(program.path, debug, "--only-keep-debug")
    try Self.copy(program.path, path, "--strip-debug", "--add-gnu-debuglink=\(debug)")
  }

  private static func copy(_ from: String, _ to: String, _ flags: String...) throws {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = ["llvm-objcopy"] + flags + [from, to]
    try process.run()
    process.waitUntilExit()
    try #require(process.terminationStatus == 0)
  }

  private func open(_ folders: String...) throws -> SymbolFile {
    try SymbolFileReader(debugFolders: folders).file(path)
  }

  @Test func aFileBesideItIsFound() throws {
    let file = try open()
    #expect(file.debugPath == debug)
    let start = try #require(Module(file, in: .plain).address(of: "start"))
    #expect(Module(file, in: .plain).sourceLocation(at: start)?.line == 2)
  }

  /// In a folder as in the system's: by the whole path of the file.
  @Test func aFileInAFolderIsFound() throws {
    let root = folder.appendingPathComponent("root")
    let inside = URL(fileURLWithPath: root.path + folder.resolvingSymlinksInPath().path)
    try FileManager.default.createDirectory(at: inside, withIntermediateDirectories: true)
    let moved = inside.appendingPathComponent("program.debug").path
    try FileManager.default.moveItem(atPath: debug, toPath: moved)
    #expect(try open().debugPath == nil)
    #expect(try open("/nonexistent", root.path).debugPath == moved)
  }

  /// One of another build has another checksum.
  @Test func anotherBuildsFileIsNotTaken() throws {
    let handle = try FileHandle(forWritingTo: URL(fileURLWithPath: debug))
    try handle.seekToEnd()
    try handle.write(contentsOf: Data([0]))
    try handle.close()
    #expect(try open().debugPath == nil)
  }

  /// A relocatable file's debug information is placed with it.
  @Test func itBelongsToARelocatableFile() throws {
    let object = try CompiledProgram.object("module.c", RelocatableFileTests.source, ["-O1"])
    let debug = object + ".debug"
    let stripped = object + ".stripped"
    try Self.copy(object, debug, "--only-keep-debug")
    try Self.copy(object, stripped, "--strip-debug", "--add-gnu-debuglink=\(debug)")
    let file = try SymbolFile(
      path: stripped, sections: [SectionAddress(name: ".text", address: 0x4000)])
    #expect(file.debugPath == debug)
    #expect(Module(file, in: .plain).sourceLocation(at: 0x4000)?.file.hasSuffix("module.c") == true)
  }

  @Test func aSessionLooksAgain() throws {
    let away = debug + ".away"
    try FileManager.default.moveItem(atPath: debug, toPath: away)
    let session = try HypervisorSession.fake(FakeTarget.booted())
    let module = try session.add(open(), in: .hypervisor, slide: 0x1000)
    let reader = SymbolFileReader(debugFolders: [])
    #expect(try session.findDebugInformation(with: reader).isEmpty)
    try FileManager.default.moveItem(atPath: away, toPath: debug)
    let found = try session.findDebugInformation(with: reader)
    #expect(found.map(\.number) == [module.number])
    #expect(found.first?.slide == 0x1000)
    #expect(found.first?.file?.debugPath == debug)
    #expect(session.modules.all.filter { $0.name == path }.count == 1)
    #expect(try session.findDebugInformation(with: reader).isEmpty)
  }
}
