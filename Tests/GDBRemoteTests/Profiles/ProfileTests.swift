import Testing

@testable import GDBRemote

struct ProfileTests {
  @Test(arguments: [
    (RealStubs.gdbserverFeatures, StubKind.gdbserver),
    (RealStubs.lldbServerFeatures, .lldbServer),
    (RealStubs.openOCDFeatures, .openOCD),
    ("PacketSize=400;qXfer:features:read+", .unknown),
    ("", .unknown),
  ])
  func stubsAreRecognisedByWhatTheyAnnounce(features: String, kind: StubKind) throws {
    let target = try RemoteTarget(transport: RealStubs.stub(announcing: features))
    #expect(target.profile.kind == kind)
    #expect(target.profile.traits == StubTraits.known[kind])
    #expect(!target.profile.pipelines)
  }

  @Test func everyKindHasTraits() {
    #expect(Set(StubTraits.known.keys) == Set(StubKind.allCases))
    for kind in StubKind.allCases { #expect(!kind.name.isEmpty) }
  }

  @Test(arguments: [
    ("7.2.22Debian 1:7.2+dfsg-7+deb12u18", StubKind.qemu7), ("10.0.2", .qemu), ("8.1.0", .qemu),
    ("", .qemu7), ("unknown command: 'info version'", .qemu7),
  ])
  func qemuIsAskedForItsVersion(version: String, kind: StubKind) throws {
    let stub = FakeStub()
    stub.monitorOutput = version.isEmpty ? "" : version + "\r\n"
    let target = try RemoteTarget(transport: stub)
    #expect(target.profile.kind == kind)
    #expect(target.profile.kind.isQEMU)
    #expect(target.profile.version == (version.isEmpty ? nil : version))
    #expect(target.takeConsoleOutput() == [])
  }

  /// A recognised stub gets no other stub's packets.
  @Test func onlyUnknownStubsAreProbed() throws {
    let known = RealStubs.stub(announcing: RealStubs.gdbserverFeatures)
    _ = try RemoteTarget(transport: known)
    #expect(!known.packets.contains { $0.hasPrefix("qqemu") || $0 == "vMustReplyEmpty" })
    let unknown = RealStubs.stub(announcing: "PacketSize=400")
    _ = try RemoteTarget(transport: unknown)
    #expect(unknown.packets.contains("qqemu.Supported"))
    #expect(unknown.packets.contains("vMustReplyEmpty"))
  }

  @Test func noAckModeIsTriedWhereItMayBe() throws {
    let silent = RealStubs.stub(announcing: "PacketSize=400")
    silent.answers["QStartNoAckMode"] = "OK"
    let target = try RemoteTarget(transport: silent)
    #expect(target.profile.isInNoAckMode)
    #expect(!target.profile.acknowledges)
    let count = silent.acknowledgementCount
    _ = try target.readGeneralRegisters()
    #expect(silent.acknowledgementCount == count)

    let without = RealStubs.stub(announcing: "PacketSize=400")
    #expect(try RemoteTarget(transport: without).profile.acknowledges)
    // QEMU needs neither.
    let qemu = FakeStub()
    #expect(try !RemoteTarget(transport: qemu).profile.acknowledges)
    #expect(!qemu.packets.contains("QStartNoAckMode"))
  }

  /// A stub that answers `v` packets whatever their names is not asked for actions.
  @Test func aStubThatAnswersEverythingIsNotBelieved() throws {
    let stub = RealStubs.stub(announcing: "PacketSize=400")
    stub.answers["vMustReplyEmpty"] = "OK"
    let target = try RemoteTarget(transport: stub)
    try target.resume(.step())
    #expect(stub.packets.suffix(2) == ["Hcp1.1", "s"])
  }

  @Test(arguments: [
    ("PacketSize=1000", 0xfff, 0x800), ("PacketSize=", 399, 200), ("PacketSize=zz", 399, 200),
    ("PacketSize=10", 399, 200), ("PacketSize=7fffffffffffffff", Int.max - 1, 1 << 14),
    ("PacketSize=ffffffffffffffff", 399, 200), ("", 399, 200),
  ])
  func oddPacketSizesAreBorne(features: String, payload: Int, read: Int) throws {
    let profile = try RemoteTarget(transport: RealStubs.stub(announcing: features)).profile
    #expect(profile.payloadLimit == payload)
    #expect(profile.readLimit == read)
    #expect(profile.writeLimit > 0)
  }

  @Test func featuresThatNobodyKnowsAreKept() throws {
    let features = SupportedFeatures(parsing: Array("a+;b-;c?;d=1=2;;+;x;=".utf8))
    #expect(features.has("a") && !features.has("b") && !features.has("c"))
    #expect(features.mayHave("a") && features.mayHave("c") && !features.mayHave("b"))
    #expect(features.values["d"] == .value("1=2"))
    #expect(features.values["x"] == nil)
  }
}
