import type { Clock } from "#base/clock.ts";
import type { Api } from "#machinery/client.ts";
import { parseTime } from "#machinery/time.ts";
import type { HostPathVolumeSource, Pod, Volume } from "#machinery/types.ts";
import { claimNameOf } from "#machinery/volume-binding.ts";
import { Layer } from "#shell/file-layer.ts";
import { type FileChanges, FileError, type FileSystem, type Mount } from "#shell/file-system.ts";
import { MemoryFileSystem } from "#shell/memory-file-system.ts";
import { claimedPath, MountProblem, nfsProblem, UnknownVolume, unknownText } from "./claimed-volumes.ts";
import type { ContainerConfig, ContainerMount } from "./container-config.ts";
import type { Keys, Records } from "./container-host.ts";
import { ConfigProblem } from "./environment.ts";
import { largestStoredFile, type StoredFiles } from "./stored-files.ts";
import { type ContentFile, type ContentOf, contentOf, isFromApi, sourcesOf } from "./volume-content.ts";

export interface VolumesOptions {
  api: Api;
  clock: Clock;
  records: Records;
  keys: Keys;
  node: { name: string; address: string };
  /** The node's own files. */
  disk(): FileSystem;
  token: ContentOf["token"];
  files: StoredFiles;
  /** Something in a pod's volumes changed. */
  touched(uid: string): void;
}

/** Four fifths of the hour and seven seconds that a mounted token is good for. */
const tokenShownFor = 0.8 * 3_607_000;

interface LiveVolume {
  fs: FileSystem;
  /** The directory of `fs` that the volume is. */
  path: string;
  /** What its files were made of, for volumes out of the API. */
  shown?: ReadonlyMap<string, ContentFile>;
}

/** The volumes of a node's pods. Those that only show objects of the API are made when a container first looks into them. */
export class Volumes {
  readonly #options: VolumesOptions;
  readonly #live = new Map<string, Map<string, LiveVolume>>();
  readonly #tokens = new Map<string, { token: string; until: number }>();

  constructor(options: VolumesOptions) {
    this.#options = options;
  }

  /** Makes a pod's volumes ready; gives why some cannot be, as its events say. `isWhole`: they are not even known, and the pod's next look tries again. */
  async setUp(pod: Pod): Promise<{ messages: readonly string[]; isWhole: boolean }> {
    const problems = (pod.spec.volumes ?? []).flatMap((volume) => this.#problem(volume, pod) ?? []);
    const unknown = problems.filter((problem) => problem instanceof UnknownVolume);
    const others = problems.filter((problem) => !(problem instanceof UnknownVolume)).map(({ message }) => message);
    return { messages: unknown.length > 0 ? [...others, unknownText(unknown)] : others, isWhole: unknown.length > 0 };
  }

  #problem(volume: Volume, pod: Pod): MountProblem | UnknownVolume | undefined {
    try {
      // While it is only seen whether all is there, no token is made.
      if (isFromApi(volume)) contentOf(volume, pod, { ...this.#context, token: () => "" });
      else if (!volume.emptyDir) this.#path(volume, pod);
      return undefined;
    } catch (error) {
      if (error instanceof MountProblem || error instanceof UnknownVolume) return error;
      if (error instanceof ConfigProblem || error instanceof FileError)
        return new MountProblem(`MountVolume.SetUp failed for volume "${volume.name}" : ${error.message}`);
      throw error;
    }
  }

  get #context(): ContentOf {
    const { api, node } = this.#options;
    return { api, node, token: (pod, audience) => this.#token(pod, audience) };
  }

  /** A token is shown until most of its time is over; then a new one is. */
  #token(pod: Pod, audience: string | undefined): string {
    const { clock, token } = this.#options;
    const key = `${pod.metadata.uid}/${audience ?? ""}`;
    const shown = this.#tokens.get(key);
    if (shown && clock.now() < shown.until) return shown.token;
    const fresh = { token: token(pod, audience), until: clock.now() + tokenShownFor };
    this.#tokens.set(key, fresh);
    return fresh.token;
  }

  /** The node's own. */
  get disk(): FileSystem {
    return this.#options.disk();
  }

  /** Where on the node's disk a volume lies. Throws a `ConfigProblem`. */
  #path(volume: Volume, pod: Pod): string {
    if (volume.hostPath) return this.#hostPath(volume.hostPath);
    if (claimNameOf(volume, pod) !== undefined) return this.#claimed(volume, pod);
    const type = Object.keys(volume).find((key) => key !== "name") ?? "unknown";
    if (volume.nfs) throw new ConfigProblem(nfsProblem(volume.nfs, pod, volume.name));
    if (volume.csi)
      throw new ConfigProblem(
        `kubernetes.io/csi: mounter.SetUpAt failed to get CSI client: driver name ${volume.csi.driver} not found in the list of registered CSI drivers`,
      );
    throw new ConfigProblem(`Not simulated by Podyard: volumes of type ${type}`);
  }

  #hostPath({ path, type }: HostPathVolumeSource, mode?: number): string {
    const disk = this.#options.disk();
    const there = disk.stat(path);
    if ((type ?? "") === "" || type === "DirectoryOrCreate") {
      if (!there) disk.mkdir(path, { recursive: true, ...(mode === undefined ? {} : { mode }) });
      return path;
    }
    if (type === "FileOrCreate") {
      if (!there) disk.write(path, "");
      return path;
    }
    const [wanted, text] = type === "Directory" ? ["directory", "a directory"] : type === "File" ? ["file", "a file"] : ["device", `a ${type}`];
    if (there?.kind !== wanted) throw new ConfigProblem(`hostPath type check failed: ${path} is not ${text}`);
    return path;
  }

  #claimed(volume: Volume, pod: Pod): string {
    const { api, node, disk } = this.#options;
    const { name, source, mode } = claimedPath(volume, pod, node.name, api, disk);
    try {
      return this.#hostPath(source, mode);
    } catch (error) {
      if (error instanceof ConfigProblem || error instanceof FileError)
        throw new MountProblem(`MountVolume.SetUp failed for volume "${name}" : ${error.message}`);
      throw error;
    }
  }

  /** Puts a pod's volumes in place in a container. */
  mount(pod: Pod, config: ContainerConfig, fs: FileSystem): void {
    for (const one of config.mounts) {
      const volume = pod.spec.volumes?.find(({ name }) => name === one.volume);
      if (volume && !one.subPath && hasToken(volume)) fs.mount(one.path, this.#whenLookedInto(pod, volume));
      else if (volume) this.#mountOne(pod, volume, one, fs);
    }
  }

  /** Signing a token costs more than all the rest of a container's start, and few containers ever read theirs. */
  #whenLookedInto(pod: Pod, volume: Volume): Mount {
    const shown = () => this.#volume(pod, volume).fs;
    return {
      get fs() {
        return shown();
      },
      path: "/",
      readOnly: true,
    };
  }

  #mountOne(pod: Pod, volume: Volume, mount: ContainerMount, fs: FileSystem): void {
    const live = this.#volume(pod, volume);
    const readOnly = mount.readOnly || isFromApi(volume) || volume.persistentVolumeClaim?.readOnly === true;
    const path = mount.subPath ? `${live.path === "/" ? "" : live.path}/${mount.subPath}` : live.path;
    if (mount.subPath && live.shown) {
      // A file that is mounted alone keeps the content that it has now.
      const file = live.shown.get(mount.subPath);
      const snapshot = new Layer(file ? { "/file": { content: file.content, mode: file.mode } } : { "/file": { directory: true } });
      fs.mount(mount.path, { fs: new MemoryFileSystem({ layers: [snapshot], now: () => this.#options.clock.now() }), path: "/file", readOnly: true });
      return;
    }
    if (mount.subPath && !live.fs.stat(path)) live.fs.mkdir(path, { recursive: true });
    fs.mount(mount.path, { fs: live.fs, path, ...(readOnly ? { readOnly: true } : {}) });
  }

  #volume(pod: Pod, volume: Volume): LiveVolume {
    const uid = pod.metadata.uid ?? "";
    const volumes = this.#live.get(uid) ?? new Map<string, LiveVolume>();
    this.#live.set(uid, volumes);
    const known = volumes.get(volume.name);
    if (known) return known;
    const made = isFromApi(volume)
      ? this.#shown(pod, volume)
      : volume.emptyDir
        ? this.#empty(uid, volume.name, pod.spec.securityContext?.fsGroup)
        : { fs: this.#options.disk(), path: this.#path(volume, pod) };
    volumes.set(volume.name, made);
    return made;
  }

  #empty(uid: string, name: string, fsGroup: number | undefined): LiveVolume {
    const { records, keys, clock, files, touched } = this.#options;
    const key = keys.volume(uid, name);
    const changes = records.get<FileChanges>(key);
    const fs = new MemoryFileSystem({ now: () => clock.now(), ...(changes ? { changes } : {}) });
    fs.chmod("/", fsGroup === undefined ? 0o777 : 0o2777);
    if (fsGroup !== undefined) fs.chown("/", "root", String(fsGroup));
    fs.onChange = () => {
      files.changed(key, () => fs.changes(largestStoredFile));
      touched(uid);
    };
    return { fs, path: "/" };
  }

  #shown(pod: Pod, volume: Volume): LiveVolume {
    // It was set up when the pod began, though nobody looked until now.
    const began = parseTime(pod.status?.startTime ?? "");
    let now = () => (Number.isNaN(began) ? this.#options.clock.now() : began);
    const live: LiveVolume = { fs: new MemoryFileSystem({ now: () => now() }), path: "/" };
    const { fsGroup } = pod.spec.securityContext ?? {};
    live.fs.chmod("/", fsGroup === undefined ? 0o777 : 0o2777);
    if (fsGroup !== undefined) live.fs.chown("/", "root", String(fsGroup));
    this.#show(live, contentOf(volume, pod, this.#context), now(), fsGroup);
    now = () => this.#options.clock.now();
    return live;
  }

  /** Writes a volume's files as the kubelet does: into a directory of their own, which a link then leads to. */
  #show(live: LiveVolume, files: ReadonlyMap<string, ContentFile>, at: number, group: number | undefined): void {
    const { fs } = live;
    const directory = `..${new Date(at).toISOString().slice(0, 19).replaceAll("-", "_").replaceAll(":", "_").replace("T", "_")}.${at % 1000}${live.shown ? live.shown.size : ""}`;
    const before = live.shown ? fs.readlink("/..data") : undefined;
    fs.mkdir(`/${directory}`);
    for (const [path, { content, mode }] of files) {
      const parent = path.includes("/") ? path.slice(0, path.lastIndexOf("/")) : "";
      if (parent) fs.mkdir(`/${directory}/${parent}`, { recursive: true });
      fs.write(`/${directory}/${path}`, content, { mode: group === undefined ? mode : mode | 0o440 });
    }
    if (before) fs.remove("/..data");
    fs.symlink(directory, "/..data");
    const top = (paths: Iterable<string>) => new Set([...paths].map((path) => path.split("/")[0] ?? path));
    const now = top(files.keys());
    for (const name of top(live.shown?.keys() ?? [])) if (!now.has(name)) fs.remove(`/${name}`);
    for (const name of now) if (!fs.stat(`/${name}`, { follow: false })) fs.symlink(`..data/${name}`, `/${name}`);
    if (before && before !== directory) fs.remove(`/${before}`, { recursive: true });
    live.shown = files;
  }

  /** Shows what the objects behind a pod's volumes say now. */
  refresh(pod: Pod): void {
    for (const volume of pod.spec.volumes ?? []) {
      const live = this.#live.get(pod.metadata.uid ?? "")?.get(volume.name);
      if (!live?.shown) continue;
      try {
        const files = contentOf(volume, pod, this.#context);
        if (same(files, live.shown)) continue;
        this.#show(live, files, this.#options.clock.now(), pod.spec.securityContext?.fsGroup);
        this.#options.touched(pod.metadata.uid ?? "");
      } catch (error) {
        // What was deleted stays as it was last.
        if (!(error instanceof ConfigProblem)) throw error;
      }
    }
  }

  /** How much lies in a volume of its own. */
  usedBytes(uid: string, name: string): number {
    const live = this.#live.get(uid)?.get(name);
    return live && !live.shown ? live.fs.usedBytes : 0;
  }

  /** Whether a pod that runs shows files out of an object: `configmaps/name`. */
  shows(pod: Pod, source: string): boolean {
    for (const volume of pod.spec.volumes ?? []) for (const one of sourcesOf(volume)) if (one === source) return true;
    return false;
  }

  /** No container of the pod runs any more. */
  tearDown(uid: string): void {
    this.#live.delete(uid);
  }

  /** The pod is gone, and what it kept with it. */
  remove(pod: Pod): void {
    const uid = pod.metadata.uid ?? "";
    this.#live.delete(uid);
    for (const key of this.#tokens.keys()) if (key.startsWith(`${uid}/`)) this.#tokens.delete(key);
    const { files, keys } = this.#options;
    for (const { name, emptyDir } of pod.spec.volumes ?? []) if (emptyDir) files.forget(keys.volume(uid, name));
  }
}

const hasToken = ({ projected }: Volume): boolean => projected?.sources?.some(({ serviceAccountToken }) => serviceAccountToken) ?? false;

function same(a: ReadonlyMap<string, ContentFile>, b: ReadonlyMap<string, ContentFile>): boolean {
  if (a.size !== b.size) return false;
  for (const [path, { content, mode }] of a) {
    const other = b.get(path);
    if (!other || other.mode !== mode || other.content.length !== content.length) return false;
    for (let i = 0; i < content.length; i++) if (content[i] !== other.content[i]) return false;
  }
  return true;
}
