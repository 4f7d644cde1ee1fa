/** What a container is made of: JSON, stored when it is created, so that it can be built anew and a command be run in it at any time. */
export interface ContainerConfig {
  readonly id: string;
  readonly pod: { readonly uid: string; readonly name: string; readonly namespace: string };
  readonly name: string;
  /** The full name of its image. */
  readonly image: string;
  /** The command and its arguments. */
  readonly args: readonly string[];
  readonly env: readonly (readonly [name: string, value: string])[];
  readonly cwd: string;
  /** A name or number of the image's users, and a group's behind a colon where it is not that user's own. */
  readonly user: string;
  /** Groups that it is of besides. */
  readonly groups?: readonly number[];
  readonly hostname: string;
  readonly mounts: readonly ContainerMount[];
  readonly stdin?: boolean;
  readonly stdinOnce?: boolean;
  readonly tty?: boolean;
  readonly readOnly?: boolean;
  /** Where it may leave a message about its end. */
  readonly terminationMessagePath: string;
  /** Bytes that it may use before it is killed. */
  readonly memoryLimit?: number;
  /** Thousandths of a CPU that it may use. */
  readonly cpuLimit?: number;
}

export interface ContainerMount {
  readonly volume: string;
  readonly path: string;
  readonly subPath?: string;
  readonly readOnly?: boolean;
}
