import Testing

@testable import GDBRemote

/// Lists of threads, memory maps and auxiliary vectors.
struct OtherDocumentTests {
  // MARK: Threads

  private func threads(_ text: String) -> ThreadDocument {
    ThreadDocument(parsing: Array(text.utf8))
  }

  @Test func threadsOfAStub() throws {
    let document = ThreadDocument(
      parsing: try Transcript.bytes("gdbserver-13.1-x86-64", "threads.xml"))
    #expect(document.warnings == [])
    #expect(document.threads.count == 1)
    let thread = try #require(document.threads.first)
    #expect(thread.name == "sleep")
    #expect(thread.core == 0)
    #expect(thread.id.process == thread.id.thread)
  }

  @Test func readsAllThatAThreadHas() {
    let document = threads(
      """
      <?xml version="1.0"?><!DOCTYPE threads SYSTEM "threads.dtd">
      <threads><thread id="p1.2a" core="3" name="wörk" handle="00fF">waits
      for it</thread><thread id="7"/></threads>
      """)
    #expect(document.warnings == [])
    #expect(
      document.threads == [
        ThreadInformation(
          id: ThreadID(process: 1, thread: 0x2a), core: 3, name: "wörk", handle: [0, 0xff],
          details: "waits for it"),
        ThreadInformation(id: ThreadID(thread: 7)),
      ])
  }

  @Test(arguments: [
    "<thread/>", "<thread id=\"\"/>", "<thread id=\"-1\"/>", "<thread id=\"0\"/>",
    "<thread id=\"p1\"/>", "<thread id=\"p0.1\"/>", "<thread id=\"x\">text</thread>",
    "<thread id=\"p1.1\">again</thread>",
  ])
  func malformedThreadsAreLeftOutAlone(part: String) {
    let document = threads(
      "<threads><thread id=\"p1.1\">one</thread>\n\(part)<thread id=\"p1.2\"/></threads>")
    #expect(document.threads.map(\.id.thread) == [1, 2])
    #expect(document.threads.map(\.details) == ["one", nil])
    #expect(document.warnings.count == 1)
    #expect(document.warnings.first?.contains(", line 2: ") == true)
  }

  @Test func malformedAttributesOfThreadsAreLeftOut() {
    let document = threads(
      "<threads><thread id=\"1\" core=\"x\" handle=\"0\"/><thread id=\"2\" core=\"-1\"/><thread")
    #expect(
      document.threads == [.init(id: ThreadID(thread: 1)), .init(id: ThreadID(thread: 2))])
    // The document breaks off in a third.
    #expect(
      document.warnings == [
        "the list of threads, line 1: is malformed here; what follows may be left out",
        "the list of threads, line 1: has a thread whose identifier doesn't name a single thread",
      ])
  }

  // MARK: Memory

  private func memory(_ text: String) -> MemoryMap {
    MemoryMap(parsing: Array("<memory-map>\n\(text)</memory-map>".utf8))
  }

  @Test func kindsOfMemory() {
    let map = memory(
      """
      <memory type="ram" start="0x20000000" length="0x8000"/>
      <memory type="flash" start="0" length="0x40000"><property name="blocksize">0x400</property>
      </memory><memory type="rom" start="0x40000" length="4096"/>
      <memory type="flash" start="0x80000" length="0x1000"><property name="other">1</property></memory>
      <memory type="ram" start="0xffffffffffffff00" length="0x100"/>
      """)
    #expect(map.warnings == [])
    #expect(
      map.regions == [
        .init(kind: .flash(blockByteCount: 0x400), start: 0, byteCount: 0x40000),
        .init(kind: .rom, start: 0x40000, byteCount: 4096),
        .init(kind: .flash(blockByteCount: nil), start: 0x80000, byteCount: 0x1000),
        .init(kind: .ram, start: 0x2000_0000, byteCount: 0x8000),
        .init(kind: .ram, start: 0xffff_ffff_ffff_ff00, byteCount: 0x100),
      ])
    #expect(map.region(at: 0)?.kind == .flash(blockByteCount: 0x400))
    #expect(map.region(at: 0x3ffff)?.start == 0)
    #expect(map.region(at: 0x40000)?.kind == .rom)
    #expect(map.region(at: 0x41000) == nil)
    #expect(map.region(at: 0x2000_7fff)?.kind == .ram)
    #expect(map.region(at: 0x2000_8000) == nil)
    #expect(map.region(at: .max)?.kind == .ram)
    #expect(memory("").region(at: 0) == nil)
  }

  @Test(arguments: [
    "<memory/>", "<memory type=\"ram\" start=\"1\"/>", "<memory type=\"ram\" length=\"1\"/>",
    "<memory type=\"disk\" start=\"0x500\" length=\"1\"/>",
    "<memory type=\"ram\" start=\"0x500\" length=\"0\"/>",
    "<memory type=\"ram\" start=\"0xffffffffffffffff\" length=\"2\"/>",
    "<memory type=\"ram\" start=\"0\" length=\"0x10000000000000000\"/>",
    "<memory type=\"ram\" start=\"0x10f\" length=\"2\"/>",
    "<memory type=\"x\"><property name=\"blocksize\">1</property></memory>",
  ])
  func malformedMemoryIsLeftOutAlone(part: String) {
    let map = memory(
      "<memory type=\"rom\" start=\"0x100\" length=\"0x10\"/>\(part)"
        + "<memory type=\"ram\" start=\"0x1000\" length=\"0x10\"/>")
    #expect(map.regions.map(\.start) == [0x100, 0x1000])
    #expect(map.warnings.count == 1)
    #expect(map.warnings.first?.hasPrefix("the memory map, line 2: has ") == true)
  }

  @Test(arguments: ["0", "x", ""])
  func aMalformedBlockSizeLeavesTheMemory(size: String) {
    let map = memory(
      "<memory type=\"flash\" start=\"0\" length=\"8\"><property name=\"blocksize\">\(size)"
        + "</property></memory>")
    #expect(map.regions.map(\.kind) == [.flash(blockByteCount: nil)])
    #expect(map.warnings.count == 1)
  }

  // MARK: The auxiliary vector

  @Test(arguments: ["gdbserver-13.1-x86-64", "lldb-server-21-x86-64"])
  func theVectorOfAProcess(stub: String) throws {
    let vector = AuxiliaryVector(
      parsing: try Transcript.bytes(stub, "auxv.bin"), wordByteCount: 8)
    #expect(vector.warnings == [])
    #expect(vector.entries.count == 22)
    #expect(vector[6] == 4096)
    #expect(vector[4] == 56)
    #expect(vector.entries.allSatisfy { $0.name != nil })
    #expect(vector.entries.first { $0.name == "AT_PAGESZ" }?.value == 4096)
    #expect(vector[1000] == nil)
  }

  @Test func wordsOf32BitsAndBigEndian() {
    let bytes: [UInt8] = [6, 0, 0, 0, 0, 16, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]
    let little = AuxiliaryVector(parsing: bytes, wordByteCount: 4)
    #expect(little.entries == [.init(type: 6, value: 4096)])
    #expect(little.warnings == [])
    let big = AuxiliaryVector(
      parsing: [0, 0, 0, 9, 0x80, 0, 0, 1] + [UInt8](repeating: 0, count: 8), wordByteCount: 4,
      byteOrder: .big)
    #expect(big.entries == [.init(type: 9, value: 0x8000_0001)])
    #expect(big.entries.first?.name == "AT_ENTRY")
  }

  @Test func aVectorWithoutEndIsSaid() {
    let entry: [UInt8] = [1, 0, 0, 0, 2, 0, 0, 0]
    let cut = AuxiliaryVector(parsing: entry + [3, 0, 0], wordByteCount: 4)
    #expect(cut.entries == [.init(type: 1, value: 2)])
    #expect(cut.warnings == ["the auxiliary vector has no end"])
    let long = AuxiliaryVector(
      parsing: [[UInt8]](repeating: entry, count: 5000).flatMap { $0 }, wordByteCount: 4)
    #expect(long.entries.count == AuxiliaryVector.entryLimit)
    #expect(long.warnings.count == 1)
    #expect(AuxiliaryVector(parsing: [], wordByteCount: 8).entries == [])
  }
}
