// Written by scripts/types.ts out of the recorded schemas; not by hand.

/** io.k8s.apimachinery.pkg.apis.meta.v1.APIVersions */
export interface APIVersions {
  apiVersion?: string;
  kind?: string;
  serverAddressByClientCIDRs: ServerAddressByClientCIDR[];
  versions: string[];
}

/** io.k8s.apimachinery.pkg.apis.meta.v1.ServerAddressByClientCIDR */
export interface ServerAddressByClientCIDR {
  clientCIDR: string;
  serverAddress: string;
}

/** io.k8s.api.authentication.v1.BoundObjectReference */
export interface BoundObjectReference {
  apiVersion?: string;
  kind?: string;
  name?: string;
  uid?: string;
}

/** io.k8s.api.authentication.v1.TokenRequest */
export interface TokenRequest {
  apiVersion: string;
  kind: string;
  metadata: ObjectMeta;
  spec: TokenRequestSpec;
  status: TokenRequestStatus;
}

/** io.k8s.api.authentication.v1.TokenRequestSpec */
export interface TokenRequestSpec {
  audiences?: string[];
  boundObjectRef?: BoundObjectReference;
  expirationSeconds?: number;
}

/** io.k8s.api.authentication.v1.TokenRequestStatus */
export interface TokenRequestStatus {
  expirationTimestamp?: string;
  token?: string;
}

/** io.k8s.api.autoscaling.v1.Scale */
export interface Scale {
  apiVersion: string;
  kind: string;
  metadata: ObjectMeta;
  spec: ScaleSpec;
  status: ScaleStatus;
}

/** io.k8s.api.autoscaling.v1.ScaleSpec */
export interface ScaleSpec {
  replicas?: number;
}

/** io.k8s.api.autoscaling.v1.ScaleStatus */
export interface ScaleStatus {
  replicas: number;
  selector?: string;
}

/** io.k8s.api.core.v1.AWSElasticBlockStoreVolumeSource */
export interface AWSElasticBlockStoreVolumeSource {
  fsType?: string;
  partition?: number;
  readOnly?: boolean;
  volumeID: string;
}

/** io.k8s.api.core.v1.Affinity */
export interface Affinity {
  nodeAffinity?: NodeAffinity;
  podAffinity?: PodAffinity;
  podAntiAffinity?: PodAntiAffinity;
}

/** io.k8s.api.core.v1.AppArmorProfile */
export interface AppArmorProfile {
  localhostProfile?: string;
  type: "Localhost" | "RuntimeDefault" | "Unconfined";
}

/** io.k8s.api.core.v1.AttachedVolume */
export interface AttachedVolume {
  devicePath: string;
  name: string;
}

/** io.k8s.api.core.v1.AzureDiskVolumeSource */
export interface AzureDiskVolumeSource {
  cachingMode?: "None" | "ReadOnly" | "ReadWrite";
  diskName: string;
  diskURI: string;
  fsType?: string;
  kind?: "Dedicated" | "Managed" | "Shared";
  readOnly?: boolean;
}

/** io.k8s.api.core.v1.AzureFilePersistentVolumeSource */
export interface AzureFilePersistentVolumeSource {
  readOnly?: boolean;
  secretName: string;
  secretNamespace?: string;
  shareName: string;
}

/** io.k8s.api.core.v1.AzureFileVolumeSource */
export interface AzureFileVolumeSource {
  readOnly?: boolean;
  secretName: string;
  shareName: string;
}

/** io.k8s.api.core.v1.Binding */
export interface Binding {
  apiVersion: string;
  kind: string;
  metadata: ObjectMeta;
  target: ObjectReference;
}

/** io.k8s.api.core.v1.CSIPersistentVolumeSource */
export interface CSIPersistentVolumeSource {
  controllerExpandSecretRef?: SecretReference;
  controllerPublishSecretRef?: SecretReference;
  driver: string;
  fsType?: string;
  nodeExpandSecretRef?: SecretReference;
  nodePublishSecretRef?: SecretReference;
  nodeStageSecretRef?: SecretReference;
  readOnly?: boolean;
  volumeAttributes?: Record<string, string>;
  volumeHandle: string;
}

/** io.k8s.api.core.v1.CSIVolumeSource */
export interface CSIVolumeSource {
  driver: string;
  fsType?: string;
  nodePublishSecretRef?: LocalObjectReference;
  readOnly?: boolean;
  volumeAttributes?: Record<string, string>;
}

/** io.k8s.api.core.v1.Capabilities */
export interface Capabilities {
  add?: string[];
  drop?: string[];
}

/** io.k8s.api.core.v1.CephFSPersistentVolumeSource */
export interface CephFSPersistentVolumeSource {
  monitors: string[];
  path?: string;
  readOnly?: boolean;
  secretFile?: string;
  secretRef?: SecretReference;
  user?: string;
}

/** io.k8s.api.core.v1.CephFSVolumeSource */
export interface CephFSVolumeSource {
  monitors: string[];
  path?: string;
  readOnly?: boolean;
  secretFile?: string;
  secretRef?: LocalObjectReference;
  user?: string;
}

/** io.k8s.api.core.v1.CinderPersistentVolumeSource */
export interface CinderPersistentVolumeSource {
  fsType?: string;
  readOnly?: boolean;
  secretRef?: SecretReference;
  volumeID: string;
}

/** io.k8s.api.core.v1.CinderVolumeSource */
export interface CinderVolumeSource {
  fsType?: string;
  readOnly?: boolean;
  secretRef?: LocalObjectReference;
  volumeID: string;
}

/** io.k8s.api.core.v1.ClientIPConfig */
export interface ClientIPConfig {
  timeoutSeconds?: number;
}

/** io.k8s.api.core.v1.ClusterTrustBundleProjection */
export interface ClusterTrustBundleProjection {
  labelSelector?: LabelSelector;
  name?: string;
  optional?: boolean;
  path: string;
  signerName?: string;
}

/** io.k8s.api.core.v1.ComponentCondition */
export interface ComponentCondition {
  error?: string;
  message?: string;
  status: string;
  type: string;
}

/** io.k8s.api.core.v1.ComponentStatus */
export interface ComponentStatus {
  apiVersion: string;
  conditions?: ComponentCondition[];
  kind: string;
  metadata: ObjectMeta;
}

/** io.k8s.api.core.v1.ComponentStatusList */
export interface ComponentStatusList {
  apiVersion: string;
  items: ComponentStatus[];
  kind: string;
  metadata: ListMeta;
}

/** io.k8s.api.core.v1.ConfigMap */
export interface ConfigMap {
  apiVersion: string;
  binaryData?: Record<string, string>;
  data?: Record<string, string>;
  immutable?: boolean;
  kind: string;
  metadata: ObjectMeta;
}

/** io.k8s.api.core.v1.ConfigMapEnvSource */
export interface ConfigMapEnvSource {
  name?: string;
  optional?: boolean;
}

/** io.k8s.api.core.v1.ConfigMapKeySelector */
export interface ConfigMapKeySelector {
  key: string;
  name?: string;
  optional?: boolean;
}

/** io.k8s.api.core.v1.ConfigMapList */
export interface ConfigMapList {
  apiVersion: string;
  items: ConfigMap[];
  kind: string;
  metadata: ListMeta;
}

/** io.k8s.api.core.v1.ConfigMapNodeConfigSource */
export interface ConfigMapNodeConfigSource {
  kubeletConfigKey: string;
  name: string;
  namespace: string;
  resourceVersion?: string;
  uid?: string;
}

/** io.k8s.api.core.v1.ConfigMapProjection */
export interface ConfigMapProjection {
  items?: KeyToPath[];
  name?: string;
  optional?: boolean;
}

/** io.k8s.api.core.v1.ConfigMapVolumeSource */
export interface ConfigMapVolumeSource {
  defaultMode?: number;
  items?: KeyToPath[];
  name?: string;
  optional?: boolean;
}

/** io.k8s.api.core.v1.Container */
export interface Container {
  args?: string[];
  command?: string[];
  env?: EnvVar[];
  envFrom?: EnvFromSource[];
  image?: string;
  imagePullPolicy?: "Always" | "IfNotPresent" | "Never";
  lifecycle?: Lifecycle;
  livenessProbe?: Probe;
  name: string;
  ports?: ContainerPort[];
  readinessProbe?: Probe;
  resizePolicy?: ContainerResizePolicy[];
  resources?: ResourceRequirements;
  restartPolicy?: string;
  restartPolicyRules?: ContainerRestartRule[];
  securityContext?: SecurityContext;
  startupProbe?: Probe;
  stdin?: boolean;
  stdinOnce?: boolean;
  terminationMessagePath?: string;
  terminationMessagePolicy?: "FallbackToLogsOnError" | "File";
  tty?: boolean;
  volumeDevices?: VolumeDevice[];
  volumeMounts?: VolumeMount[];
  workingDir?: string;
}

/** io.k8s.api.core.v1.ContainerExtendedResourceRequest */
export interface ContainerExtendedResourceRequest {
  containerName: string;
  requestName: string;
  resourceName: string;
}

/** io.k8s.api.core.v1.ContainerImage */
export interface ContainerImage {
  names?: string[];
  sizeBytes?: number;
}

/** io.k8s.api.core.v1.ContainerPort */
export interface ContainerPort {
  containerPort: number;
  hostIP?: string;
  hostPort?: number;
  name?: string;
  protocol?: "SCTP" | "TCP" | "UDP";
}

/** io.k8s.api.core.v1.ContainerResizePolicy */
export interface ContainerResizePolicy {
  resourceName: string;
  restartPolicy: string;
}

/** io.k8s.api.core.v1.ContainerRestartRule */
export interface ContainerRestartRule {
  action: string;
  exitCodes?: ContainerRestartRuleOnExitCodes;
}

/** io.k8s.api.core.v1.ContainerRestartRuleOnExitCodes */
export interface ContainerRestartRuleOnExitCodes {
  operator: string;
  values?: number[];
}

/** io.k8s.api.core.v1.ContainerState */
export interface ContainerState {
  running?: ContainerStateRunning;
  terminated?: ContainerStateTerminated;
  waiting?: ContainerStateWaiting;
}

/** io.k8s.api.core.v1.ContainerStateRunning */
export interface ContainerStateRunning {
  startedAt?: string;
}

/** io.k8s.api.core.v1.ContainerStateTerminated */
export interface ContainerStateTerminated {
  containerID?: string;
  exitCode: number;
  finishedAt?: string;
  message?: string;
  reason?: string;
  signal?: number;
  startedAt?: string;
}

/** io.k8s.api.core.v1.ContainerStateWaiting */
export interface ContainerStateWaiting {
  message?: string;
  reason?: string;
}

/** io.k8s.api.core.v1.ContainerStatus */
export interface ContainerStatus {
  allocatedResources?: Record<string, string>;
  allocatedResourcesStatus?: ResourceStatus[];
  containerID?: string;
  image: string;
  imageID: string;
  lastState?: ContainerState;
  name: string;
  ready: boolean;
  resources?: ResourceRequirements;
  restartCount: number;
  started?: boolean;
  state?: ContainerState;
  stopSignal?: "SIGABRT" | "SIGALRM" | "SIGBUS" | "SIGCHLD" | "SIGCLD" | "SIGCONT" | "SIGFPE" | "SIGHUP" | "SIGILL" | "SIGINT" | "SIGIO" | "SIGIOT" | "SIGKILL" | "SIGPIPE" | "SIGPOLL" | "SIGPROF" | "SIGPWR" | "SIGQUIT" | "SIGRTMAX" | "SIGRTMAX-1" | "SIGRTMAX-10" | "SIGRTMAX-11" | "SIGRTMAX-12" | "SIGRTMAX-13" | "SIGRTMAX-14" | "SIGRTMAX-2" | "SIGRTMAX-3" | "SIGRTMAX-4" | "SIGRTMAX-5" | "SIGRTMAX-6" | "SIGRTMAX-7" | "SIGRTMAX-8" | "SIGRTMAX-9" | "SIGRTMIN" | "SIGRTMIN+1" | "SIGRTMIN+10" | "SIGRTMIN+11" | "SIGRTMIN+12" | "SIGRTMIN+13" | "SIGRTMIN+14" | "SIGRTMIN+15" | "SIGRTMIN+2" | "SIGRTMIN+3" | "SIGRTMIN+4" | "SIGRTMIN+5" | "SIGRTMIN+6" | "SIGRTMIN+7" | "SIGRTMIN+8" | "SIGRTMIN+9" | "SIGSEGV" | "SIGSTKFLT" | "SIGSTOP" | "SIGSYS" | "SIGTERM" | "SIGTRAP" | "SIGTSTP" | "SIGTTIN" | "SIGTTOU" | "SIGURG" | "SIGUSR1" | "SIGUSR2" | "SIGVTALRM" | "SIGWINCH" | "SIGXCPU" | "SIGXFSZ";
  user?: ContainerUser;
  volumeMounts?: VolumeMountStatus[];
}

/** io.k8s.api.core.v1.ContainerUser */
export interface ContainerUser {
  linux?: LinuxContainerUser;
}

/** io.k8s.api.core.v1.DaemonEndpoint */
export interface DaemonEndpoint {
  Port: number;
}

/** io.k8s.api.core.v1.DownwardAPIProjection */
export interface DownwardAPIProjection {
  items?: DownwardAPIVolumeFile[];
}

/** io.k8s.api.core.v1.DownwardAPIVolumeFile */
export interface DownwardAPIVolumeFile {
  fieldRef?: ObjectFieldSelector;
  mode?: number;
  path: string;
  resourceFieldRef?: ResourceFieldSelector;
}

/** io.k8s.api.core.v1.DownwardAPIVolumeSource */
export interface DownwardAPIVolumeSource {
  defaultMode?: number;
  items?: DownwardAPIVolumeFile[];
}

/** io.k8s.api.core.v1.EmptyDirVolumeSource */
export interface EmptyDirVolumeSource {
  medium?: string;
  sizeLimit?: string;
}

/** io.k8s.api.core.v1.EndpointAddress */
export interface EndpointAddress {
  hostname?: string;
  ip: string;
  nodeName?: string;
  targetRef?: ObjectReference;
}

/** io.k8s.api.core.v1.EndpointPort */
export interface EndpointPort {
  appProtocol?: string;
  name?: string;
  port: number;
  protocol?: "SCTP" | "TCP" | "UDP";
}

/** io.k8s.api.core.v1.EndpointSubset */
export interface EndpointSubset {
  addresses?: EndpointAddress[];
  notReadyAddresses?: EndpointAddress[];
  ports?: EndpointPort[];
}

/** io.k8s.api.core.v1.Endpoints */
export interface Endpoints {
  apiVersion: string;
  kind: string;
  metadata: ObjectMeta;
  subsets?: EndpointSubset[];
}

/** io.k8s.api.core.v1.EndpointsList */
export interface EndpointsList {
  apiVersion: string;
  items: Endpoints[];
  kind: string;
  metadata: ListMeta;
}

/** io.k8s.api.core.v1.EnvFromSource */
export interface EnvFromSource {
  configMapRef?: ConfigMapEnvSource;
  prefix?: string;
  secretRef?: SecretEnvSource;
}

/** io.k8s.api.core.v1.EnvVar */
export interface EnvVar {
  name: string;
  value?: string;
  valueFrom?: EnvVarSource;
}

/** io.k8s.api.core.v1.EnvVarSource */
export interface EnvVarSource {
  configMapKeyRef?: ConfigMapKeySelector;
  fieldRef?: ObjectFieldSelector;
  fileKeyRef?: FileKeySelector;
  resourceFieldRef?: ResourceFieldSelector;
  secretKeyRef?: SecretKeySelector;
}

/** io.k8s.api.core.v1.EphemeralContainer */
export interface EphemeralContainer {
  args?: string[];
  command?: string[];
  env?: EnvVar[];
  envFrom?: EnvFromSource[];
  image?: string;
  imagePullPolicy?: "Always" | "IfNotPresent" | "Never";
  lifecycle?: Lifecycle;
  livenessProbe?: Probe;
  name: string;
  ports?: ContainerPort[];
  readinessProbe?: Probe;
  resizePolicy?: ContainerResizePolicy[];
  resources?: ResourceRequirements;
  restartPolicy?: string;
  restartPolicyRules?: ContainerRestartRule[];
  securityContext?: SecurityContext;
  startupProbe?: Probe;
  stdin?: boolean;
  stdinOnce?: boolean;
  targetContainerName?: string;
  terminationMessagePath?: string;
  terminationMessagePolicy?: "FallbackToLogsOnError" | "File";
  tty?: boolean;
  volumeDevices?: VolumeDevice[];
  volumeMounts?: VolumeMount[];
  workingDir?: string;
}

/** io.k8s.api.core.v1.EphemeralVolumeSource */
export interface EphemeralVolumeSource {
  volumeClaimTemplate?: PersistentVolumeClaimTemplate;
}

/** io.k8s.api.core.v1.Event */
export interface Event {
  action?: string;
  apiVersion: string;
  count?: number;
  eventTime?: string;
  firstTimestamp?: string;
  involvedObject: ObjectReference;
  kind: string;
  lastTimestamp?: string;
  message?: string;
  metadata: ObjectMeta;
  reason?: string;
  related?: ObjectReference;
  reportingComponent: string;
  reportingInstance: string;
  series?: EventSeries;
  source: EventSource;
  type?: string;
}

/** io.k8s.api.core.v1.EventList */
export interface EventList {
  apiVersion: string;
  items: Event[];
  kind: string;
  metadata: ListMeta;
}

/** io.k8s.api.core.v1.EventSeries */
export interface EventSeries {
  count?: number;
  lastObservedTime?: string;
}

/** io.k8s.api.core.v1.EventSource */
export interface EventSource {
  component?: string;
  host?: string;
}

/** io.k8s.api.core.v1.ExecAction */
export interface ExecAction {
  command?: string[];
}

/** io.k8s.api.core.v1.FCVolumeSource */
export interface FCVolumeSource {
  fsType?: string;
  lun?: number;
  readOnly?: boolean;
  targetWWNs?: string[];
  wwids?: string[];
}

/** io.k8s.api.core.v1.FileKeySelector */
export interface FileKeySelector {
  key: string;
  optional?: boolean;
  path: string;
  volumeName: string;
}

/** io.k8s.api.core.v1.FlexPersistentVolumeSource */
export interface FlexPersistentVolumeSource {
  driver: string;
  fsType?: string;
  options?: Record<string, string>;
  readOnly?: boolean;
  secretRef?: SecretReference;
}

/** io.k8s.api.core.v1.FlexVolumeSource */
export interface FlexVolumeSource {
  driver: string;
  fsType?: string;
  options?: Record<string, string>;
  readOnly?: boolean;
  secretRef?: LocalObjectReference;
}

/** io.k8s.api.core.v1.FlockerVolumeSource */
export interface FlockerVolumeSource {
  datasetName?: string;
  datasetUUID?: string;
}

/** io.k8s.api.core.v1.GCEPersistentDiskVolumeSource */
export interface GCEPersistentDiskVolumeSource {
  fsType?: string;
  partition?: number;
  pdName: string;
  readOnly?: boolean;
}

/** io.k8s.api.core.v1.GRPCAction */
export interface GRPCAction {
  port: number;
  service?: string;
}

/** io.k8s.api.core.v1.GitRepoVolumeSource */
export interface GitRepoVolumeSource {
  directory?: string;
  repository: string;
  revision?: string;
}

/** io.k8s.api.core.v1.GlusterfsPersistentVolumeSource */
export interface GlusterfsPersistentVolumeSource {
  endpoints: string;
  endpointsNamespace?: string;
  path: string;
  readOnly?: boolean;
}

/** io.k8s.api.core.v1.GlusterfsVolumeSource */
export interface GlusterfsVolumeSource {
  endpoints: string;
  path: string;
  readOnly?: boolean;
}

/** io.k8s.api.core.v1.HTTPGetAction */
export interface HTTPGetAction {
  host?: string;
  httpHeaders?: HTTPHeader[];
  path?: string;
  port: number | string;
  scheme?: "HTTP" | "HTTPS";
}

/** io.k8s.api.core.v1.HTTPHeader */
export interface HTTPHeader {
  name: string;
  value: string;
}

/** io.k8s.api.core.v1.HostAlias */
export interface HostAlias {
  hostnames?: string[];
  ip: string;
}

/** io.k8s.api.core.v1.HostIP */
export interface HostIP {
  ip: string;
}

/** io.k8s.api.core.v1.HostPathVolumeSource */
export interface HostPathVolumeSource {
  path: string;
  type?: "" | "BlockDevice" | "CharDevice" | "Directory" | "DirectoryOrCreate" | "File" | "FileOrCreate" | "Socket";
}

/** io.k8s.api.core.v1.ISCSIPersistentVolumeSource */
export interface ISCSIPersistentVolumeSource {
  chapAuthDiscovery?: boolean;
  chapAuthSession?: boolean;
  fsType?: string;
  initiatorName?: string;
  iqn: string;
  iscsiInterface?: string;
  lun: number;
  portals?: string[];
  readOnly?: boolean;
  secretRef?: SecretReference;
  targetPortal: string;
}

/** io.k8s.api.core.v1.ISCSIVolumeSource */
export interface ISCSIVolumeSource {
  chapAuthDiscovery?: boolean;
  chapAuthSession?: boolean;
  fsType?: string;
  initiatorName?: string;
  iqn: string;
  iscsiInterface?: string;
  lun: number;
  portals?: string[];
  readOnly?: boolean;
  secretRef?: LocalObjectReference;
  targetPortal: string;
}

/** io.k8s.api.core.v1.ImageVolumeSource */
export interface ImageVolumeSource {
  pullPolicy?: "Always" | "IfNotPresent" | "Never";
  reference?: string;
}

/** io.k8s.api.core.v1.ImageVolumeStatus */
export interface ImageVolumeStatus {
  imageRef: string;
}

/** io.k8s.api.core.v1.KeyToPath */
export interface KeyToPath {
  key: string;
  mode?: number;
  path: string;
}

/** io.k8s.api.core.v1.Lifecycle */
export interface Lifecycle {
  postStart?: LifecycleHandler;
  preStop?: LifecycleHandler;
  stopSignal?: "SIGABRT" | "SIGALRM" | "SIGBUS" | "SIGCHLD" | "SIGCLD" | "SIGCONT" | "SIGFPE" | "SIGHUP" | "SIGILL" | "SIGINT" | "SIGIO" | "SIGIOT" | "SIGKILL" | "SIGPIPE" | "SIGPOLL" | "SIGPROF" | "SIGPWR" | "SIGQUIT" | "SIGRTMAX" | "SIGRTMAX-1" | "SIGRTMAX-10" | "SIGRTMAX-11" | "SIGRTMAX-12" | "SIGRTMAX-13" | "SIGRTMAX-14" | "SIGRTMAX-2" | "SIGRTMAX-3" | "SIGRTMAX-4" | "SIGRTMAX-5" | "SIGRTMAX-6" | "SIGRTMAX-7" | "SIGRTMAX-8" | "SIGRTMAX-9" | "SIGRTMIN" | "SIGRTMIN+1" | "SIGRTMIN+10" | "SIGRTMIN+11" | "SIGRTMIN+12" | "SIGRTMIN+13" | "SIGRTMIN+14" | "SIGRTMIN+15" | "SIGRTMIN+2" | "SIGRTMIN+3" | "SIGRTMIN+4" | "SIGRTMIN+5" | "SIGRTMIN+6" | "SIGRTMIN+7" | "SIGRTMIN+8" | "SIGRTMIN+9" | "SIGSEGV" | "SIGSTKFLT" | "SIGSTOP" | "SIGSYS" | "SIGTERM" | "SIGTRAP" | "SIGTSTP" | "SIGTTIN" | "SIGTTOU" | "SIGURG" | "SIGUSR1" | "SIGUSR2" | "SIGVTALRM" | "SIGWINCH" | "SIGXCPU" | "SIGXFSZ";
}

/** io.k8s.api.core.v1.LifecycleHandler */
export interface LifecycleHandler {
  exec?: ExecAction;
  httpGet?: HTTPGetAction;
  sleep?: SleepAction;
  tcpSocket?: TCPSocketAction;
}

/** io.k8s.api.core.v1.LimitRange */
export interface LimitRange {
  apiVersion: string;
  kind: string;
  metadata: ObjectMeta;
  spec: LimitRangeSpec;
}

/** io.k8s.api.core.v1.LimitRangeItem */
export interface LimitRangeItem {
  default?: Record<string, string>;
  defaultRequest?: Record<string, string>;
  max?: Record<string, string>;
  maxLimitRequestRatio?: Record<string, string>;
  min?: Record<string, string>;
  type: string;
}

/** io.k8s.api.core.v1.LimitRangeList */
export interface LimitRangeList {
  apiVersion: string;
  items: LimitRange[];
  kind: string;
  metadata: ListMeta;
}

/** io.k8s.api.core.v1.LimitRangeSpec */
export interface LimitRangeSpec {
  limits: LimitRangeItem[];
}

/** io.k8s.api.core.v1.LinuxContainerUser */
export interface LinuxContainerUser {
  gid: number;
  supplementalGroups?: number[];
  uid: number;
}

/** io.k8s.api.core.v1.LoadBalancerIngress */
export interface LoadBalancerIngress {
  hostname?: string;
  ip?: string;
  ipMode?: string;
  ports?: PortStatus[];
}

/** io.k8s.api.core.v1.LoadBalancerStatus */
export interface LoadBalancerStatus {
  ingress?: LoadBalancerIngress[];
}

/** io.k8s.api.core.v1.LocalObjectReference */
export interface LocalObjectReference {
  name?: string;
}

/** io.k8s.api.core.v1.LocalVolumeSource */
export interface LocalVolumeSource {
  fsType?: string;
  path: string;
}

/** io.k8s.api.core.v1.ModifyVolumeStatus */
export interface ModifyVolumeStatus {
  status: "InProgress" | "Infeasible" | "Pending";
  targetVolumeAttributesClassName?: string;
}

/** io.k8s.api.core.v1.NFSVolumeSource */
export interface NFSVolumeSource {
  path: string;
  readOnly?: boolean;
  server: string;
}

/** io.k8s.api.core.v1.Namespace */
export interface Namespace {
  apiVersion: string;
  kind: string;
  metadata: ObjectMeta;
  spec: NamespaceSpec;
  status: NamespaceStatus;
}

/** io.k8s.api.core.v1.NamespaceCondition */
export interface NamespaceCondition {
  lastTransitionTime?: string;
  message?: string;
  reason?: string;
  status: string;
  type: string;
}

/** io.k8s.api.core.v1.NamespaceList */
export interface NamespaceList {
  apiVersion: string;
  items: Namespace[];
  kind: string;
  metadata: ListMeta;
}

/** io.k8s.api.core.v1.NamespaceSpec */
export interface NamespaceSpec {
  finalizers?: string[];
}

/** io.k8s.api.core.v1.NamespaceStatus */
export interface NamespaceStatus {
  conditions?: NamespaceCondition[];
  phase?: "Active" | "Terminating";
}

/** io.k8s.api.core.v1.Node */
export interface Node {
  apiVersion: string;
  kind: string;
  metadata: ObjectMeta;
  spec: NodeSpec;
  status: NodeStatus;
}

/** io.k8s.api.core.v1.NodeAddress */
export interface NodeAddress {
  address: string;
  type: string;
}

/** io.k8s.api.core.v1.NodeAffinity */
export interface NodeAffinity {
  preferredDuringSchedulingIgnoredDuringExecution?: PreferredSchedulingTerm[];
  requiredDuringSchedulingIgnoredDuringExecution?: NodeSelector;
}

/** io.k8s.api.core.v1.NodeAllocatableResourceClaimStatus */
export interface NodeAllocatableResourceClaimStatus {
  containers?: string[];
  resourceClaimName: string;
  resources: Record<string, string>;
}

/** io.k8s.api.core.v1.NodeCondition */
export interface NodeCondition {
  lastHeartbeatTime?: string;
  lastTransitionTime?: string;
  message?: string;
  reason?: string;
  status: string;
  type: string;
}

/** io.k8s.api.core.v1.NodeConfigSource */
export interface NodeConfigSource {
  configMap?: ConfigMapNodeConfigSource;
}

/** io.k8s.api.core.v1.NodeConfigStatus */
export interface NodeConfigStatus {
  active?: NodeConfigSource;
  assigned?: NodeConfigSource;
  error?: string;
  lastKnownGood?: NodeConfigSource;
}

/** io.k8s.api.core.v1.NodeDaemonEndpoints */
export interface NodeDaemonEndpoints {
  kubeletEndpoint?: DaemonEndpoint;
}

/** io.k8s.api.core.v1.NodeFeatures */
export interface NodeFeatures {
  supplementalGroupsPolicy?: boolean;
}

/** io.k8s.api.core.v1.NodeList */
export interface NodeList {
  apiVersion: string;
  items: Node[];
  kind: string;
  metadata: ListMeta;
}

/** io.k8s.api.core.v1.NodeRuntimeHandler */
export interface NodeRuntimeHandler {
  features?: NodeRuntimeHandlerFeatures;
  name?: string;
}

/** io.k8s.api.core.v1.NodeRuntimeHandlerFeatures */
export interface NodeRuntimeHandlerFeatures {
  recursiveReadOnlyMounts?: boolean;
  userNamespaces?: boolean;
}

/** io.k8s.api.core.v1.NodeSelector */
export interface NodeSelector {
  nodeSelectorTerms: NodeSelectorTerm[];
}

/** io.k8s.api.core.v1.NodeSelectorRequirement */
export interface NodeSelectorRequirement {
  key: string;
  operator: "DoesNotExist" | "Exists" | "Gt" | "In" | "Lt" | "NotIn";
  values?: string[];
}

/** io.k8s.api.core.v1.NodeSelectorTerm */
export interface NodeSelectorTerm {
  matchExpressions?: NodeSelectorRequirement[];
  matchFields?: NodeSelectorRequirement[];
}

/** io.k8s.api.core.v1.NodeSpec */
export interface NodeSpec {
  configSource?: NodeConfigSource;
  externalID?: string;
  podCIDR?: string;
  podCIDRs?: string[];
  providerID?: string;
  taints?: Taint[];
  unschedulable?: boolean;
}

/** io.k8s.api.core.v1.NodeStatus */
export interface NodeStatus {
  addresses?: NodeAddress[];
  allocatable?: Record<string, string>;
  capacity?: Record<string, string>;
  conditions?: NodeCondition[];
  config?: NodeConfigStatus;
  daemonEndpoints?: NodeDaemonEndpoints;
  declaredFeatures?: string[];
  features?: NodeFeatures;
  images?: ContainerImage[];
  nodeInfo?: NodeSystemInfo;
  phase?: "Pending" | "Running" | "Terminated";
  runtimeHandlers?: NodeRuntimeHandler[];
  volumesAttached?: AttachedVolume[];
  volumesInUse?: string[];
}

/** io.k8s.api.core.v1.NodeSwapStatus */
export interface NodeSwapStatus {
  capacity?: number;
}

/** io.k8s.api.core.v1.NodeSystemInfo */
export interface NodeSystemInfo {
  architecture: string;
  bootID: string;
  containerRuntimeVersion: string;
  kernelVersion: string;
  kubeProxyVersion: string;
  kubeletVersion: string;
  machineID: string;
  operatingSystem: string;
  osImage: string;
  swap?: NodeSwapStatus;
  systemUUID: string;
}

/** io.k8s.api.core.v1.ObjectFieldSelector */
export interface ObjectFieldSelector {
  apiVersion?: string;
  fieldPath: string;
}

/** io.k8s.api.core.v1.ObjectReference */
export interface ObjectReference {
  apiVersion?: string;
  fieldPath?: string;
  kind?: string;
  name?: string;
  namespace?: string;
  resourceVersion?: string;
  uid?: string;
}

/** io.k8s.api.core.v1.PersistentVolume */
export interface PersistentVolume {
  apiVersion: string;
  kind: string;
  metadata: ObjectMeta;
  spec: PersistentVolumeSpec;
  status: PersistentVolumeStatus;
}

/** io.k8s.api.core.v1.PersistentVolumeClaim */
export interface PersistentVolumeClaim {
  apiVersion: string;
  kind: string;
  metadata: ObjectMeta;
  spec: PersistentVolumeClaimSpec;
  status: PersistentVolumeClaimStatus;
}

/** io.k8s.api.core.v1.PersistentVolumeClaimCondition */
export interface PersistentVolumeClaimCondition {
  lastProbeTime?: string;
  lastTransitionTime?: string;
  message?: string;
  reason?: string;
  status: string;
  type: string;
}

/** io.k8s.api.core.v1.PersistentVolumeClaimList */
export interface PersistentVolumeClaimList {
  apiVersion: string;
  items: PersistentVolumeClaim[];
  kind: string;
  metadata: ListMeta;
}

/** io.k8s.api.core.v1.PersistentVolumeClaimSpec */
export interface PersistentVolumeClaimSpec {
  accessModes?: ("ReadOnlyMany" | "ReadWriteMany" | "ReadWriteOnce" | "ReadWriteOncePod")[];
  dataSource?: TypedLocalObjectReference;
  dataSourceRef?: TypedObjectReference;
  resources?: VolumeResourceRequirements;
  selector?: LabelSelector;
  storageClassName?: string;
  volumeAttributesClassName?: string;
  volumeMode?: "Block" | "Filesystem";
  volumeName?: string;
}

/** io.k8s.api.core.v1.PersistentVolumeClaimStatus */
export interface PersistentVolumeClaimStatus {
  accessModes?: ("ReadOnlyMany" | "ReadWriteMany" | "ReadWriteOnce" | "ReadWriteOncePod")[];
  allocatedResourceStatuses?: Record<string, "ControllerResizeInProgress" | "ControllerResizeInfeasible" | "NodeResizeInProgress" | "NodeResizeInfeasible" | "NodeResizePending">;
  allocatedResources?: Record<string, string>;
  capacity?: Record<string, string>;
  conditions?: PersistentVolumeClaimCondition[];
  currentVolumeAttributesClassName?: string;
  modifyVolumeStatus?: ModifyVolumeStatus;
  phase?: "Bound" | "Lost" | "Pending";
}

/** io.k8s.api.core.v1.PersistentVolumeClaimTemplate */
export interface PersistentVolumeClaimTemplate {
  metadata?: Partial<ObjectMeta>;
  spec: PersistentVolumeClaimSpec;
}

/** io.k8s.api.core.v1.PersistentVolumeClaimVolumeSource */
export interface PersistentVolumeClaimVolumeSource {
  claimName: string;
  readOnly?: boolean;
}

/** io.k8s.api.core.v1.PersistentVolumeList */
export interface PersistentVolumeList {
  apiVersion: string;
  items: PersistentVolume[];
  kind: string;
  metadata: ListMeta;
}

/** io.k8s.api.core.v1.PersistentVolumeSpec */
export interface PersistentVolumeSpec {
  accessModes?: ("ReadOnlyMany" | "ReadWriteMany" | "ReadWriteOnce" | "ReadWriteOncePod")[];
  awsElasticBlockStore?: AWSElasticBlockStoreVolumeSource;
  azureDisk?: AzureDiskVolumeSource;
  azureFile?: AzureFilePersistentVolumeSource;
  capacity?: Record<string, string>;
  cephfs?: CephFSPersistentVolumeSource;
  cinder?: CinderPersistentVolumeSource;
  claimRef?: ObjectReference;
  csi?: CSIPersistentVolumeSource;
  fc?: FCVolumeSource;
  flexVolume?: FlexPersistentVolumeSource;
  flocker?: FlockerVolumeSource;
  gcePersistentDisk?: GCEPersistentDiskVolumeSource;
  glusterfs?: GlusterfsPersistentVolumeSource;
  hostPath?: HostPathVolumeSource;
  iscsi?: ISCSIPersistentVolumeSource;
  local?: LocalVolumeSource;
  mountOptions?: string[];
  nfs?: NFSVolumeSource;
  nodeAffinity?: VolumeNodeAffinity;
  persistentVolumeReclaimPolicy?: "Delete" | "Recycle" | "Retain";
  photonPersistentDisk?: PhotonPersistentDiskVolumeSource;
  portworxVolume?: PortworxVolumeSource;
  quobyte?: QuobyteVolumeSource;
  rbd?: RBDPersistentVolumeSource;
  scaleIO?: ScaleIOPersistentVolumeSource;
  storageClassName?: string;
  storageos?: StorageOSPersistentVolumeSource;
  volumeAttributesClassName?: string;
  volumeMode?: "Block" | "Filesystem";
  vsphereVolume?: VsphereVirtualDiskVolumeSource;
}

/** io.k8s.api.core.v1.PersistentVolumeStatus */
export interface PersistentVolumeStatus {
  lastPhaseTransitionTime?: string;
  message?: string;
  phase?: "Available" | "Bound" | "Failed" | "Pending" | "Released";
  reason?: string;
}

/** io.k8s.api.core.v1.PhotonPersistentDiskVolumeSource */
export interface PhotonPersistentDiskVolumeSource {
  fsType?: string;
  pdID: string;
}

/** io.k8s.api.core.v1.Pod */
export interface Pod {
  apiVersion: string;
  kind: string;
  metadata: ObjectMeta;
  spec: PodSpec;
  status: PodStatus;
}

/** io.k8s.api.core.v1.PodAffinity */
export interface PodAffinity {
  preferredDuringSchedulingIgnoredDuringExecution?: WeightedPodAffinityTerm[];
  requiredDuringSchedulingIgnoredDuringExecution?: PodAffinityTerm[];
}

/** io.k8s.api.core.v1.PodAffinityTerm */
export interface PodAffinityTerm {
  labelSelector?: LabelSelector;
  matchLabelKeys?: string[];
  mismatchLabelKeys?: string[];
  namespaceSelector?: LabelSelector;
  namespaces?: string[];
  topologyKey: string;
}

/** io.k8s.api.core.v1.PodAntiAffinity */
export interface PodAntiAffinity {
  preferredDuringSchedulingIgnoredDuringExecution?: WeightedPodAffinityTerm[];
  requiredDuringSchedulingIgnoredDuringExecution?: PodAffinityTerm[];
}

/** io.k8s.api.core.v1.PodCertificateProjection */
export interface PodCertificateProjection {
  certificateChainPath?: string;
  credentialBundlePath?: string;
  keyPath?: string;
  keyType: string;
  maxExpirationSeconds?: number;
  signerName: string;
  userAnnotations?: Record<string, string>;
}

/** io.k8s.api.core.v1.PodCondition */
export interface PodCondition {
  lastProbeTime?: string;
  lastTransitionTime?: string;
  message?: string;
  observedGeneration?: number;
  reason?: string;
  status: string;
  type: string;
}

/** io.k8s.api.core.v1.PodDNSConfig */
export interface PodDNSConfig {
  nameservers?: string[];
  options?: PodDNSConfigOption[];
  searches?: string[];
}

/** io.k8s.api.core.v1.PodDNSConfigOption */
export interface PodDNSConfigOption {
  name?: string;
  value?: string;
}

/** io.k8s.api.core.v1.PodExtendedResourceClaimStatus */
export interface PodExtendedResourceClaimStatus {
  requestMappings: ContainerExtendedResourceRequest[];
  resourceClaimName: string;
}

/** io.k8s.api.core.v1.PodIP */
export interface PodIP {
  ip: string;
}

/** io.k8s.api.core.v1.PodList */
export interface PodList {
  apiVersion: string;
  items: Pod[];
  kind: string;
  metadata: ListMeta;
}

/** io.k8s.api.core.v1.PodOS */
export interface PodOS {
  name: string;
}

/** io.k8s.api.core.v1.PodReadinessGate */
export interface PodReadinessGate {
  conditionType: string;
}

/** io.k8s.api.core.v1.PodResourceClaim */
export interface PodResourceClaim {
  name: string;
  resourceClaimName?: string;
  resourceClaimTemplateName?: string;
}

/** io.k8s.api.core.v1.PodResourceClaimStatus */
export interface PodResourceClaimStatus {
  name: string;
  resourceClaimName?: string;
}

/** io.k8s.api.core.v1.PodSchedulingGate */
export interface PodSchedulingGate {
  name: string;
}

/** io.k8s.api.core.v1.PodSchedulingGroup */
export interface PodSchedulingGroup {
  podGroupName?: string;
}

/** io.k8s.api.core.v1.PodSecurityContext */
export interface PodSecurityContext {
  appArmorProfile?: AppArmorProfile;
  fsGroup?: number;
  fsGroupChangePolicy?: "Always" | "OnRootMismatch";
  runAsGroup?: number;
  runAsNonRoot?: boolean;
  runAsUser?: number;
  seLinuxChangePolicy?: string;
  seLinuxOptions?: SELinuxOptions;
  seccompProfile?: SeccompProfile;
  supplementalGroups?: number[];
  supplementalGroupsPolicy?: "Merge" | "Strict";
  sysctls?: Sysctl[];
  windowsOptions?: WindowsSecurityContextOptions;
}

/** io.k8s.api.core.v1.PodSpec */
export interface PodSpec {
  activeDeadlineSeconds?: number;
  affinity?: Affinity;
  automountServiceAccountToken?: boolean;
  containers: Container[];
  dnsConfig?: PodDNSConfig;
  dnsPolicy?: "ClusterFirst" | "ClusterFirstWithHostNet" | "Default" | "None";
  enableServiceLinks?: boolean;
  ephemeralContainers?: EphemeralContainer[];
  hostAliases?: HostAlias[];
  hostIPC?: boolean;
  hostNetwork?: boolean;
  hostPID?: boolean;
  hostUsers?: boolean;
  hostname?: string;
  hostnameOverride?: string;
  imagePullSecrets?: LocalObjectReference[];
  initContainers?: Container[];
  nodeName?: string;
  nodeSelector?: Record<string, string>;
  os?: PodOS;
  overhead?: Record<string, string>;
  preemptionPolicy?: "Never" | "PreemptLowerPriority";
  priority?: number;
  priorityClassName?: string;
  readinessGates?: PodReadinessGate[];
  resourceClaims?: PodResourceClaim[];
  resources?: ResourceRequirements;
  restartPolicy?: "Always" | "Never" | "OnFailure";
  runtimeClassName?: string;
  schedulerName?: string;
  schedulingGates?: PodSchedulingGate[];
  schedulingGroup?: PodSchedulingGroup;
  securityContext?: PodSecurityContext;
  serviceAccount?: string;
  serviceAccountName?: string;
  setHostnameAsFQDN?: boolean;
  shareProcessNamespace?: boolean;
  subdomain?: string;
  terminationGracePeriodSeconds?: number;
  tolerations?: Toleration[];
  topologySpreadConstraints?: TopologySpreadConstraint[];
  volumes?: Volume[];
}

/** io.k8s.api.core.v1.PodStatus */
export interface PodStatus {
  allocatedResources?: Record<string, string>;
  conditions?: PodCondition[];
  containerStatuses?: ContainerStatus[];
  ephemeralContainerStatuses?: ContainerStatus[];
  extendedResourceClaimStatus?: PodExtendedResourceClaimStatus;
  hostIP?: string;
  hostIPs?: HostIP[];
  initContainerStatuses?: ContainerStatus[];
  message?: string;
  nodeAllocatableResourceClaimStatuses?: NodeAllocatableResourceClaimStatus[];
  nominatedNodeName?: string;
  observedGeneration?: number;
  phase?: "Failed" | "Pending" | "Running" | "Succeeded" | "Unknown";
  podIP?: string;
  podIPs?: PodIP[];
  qosClass?: "BestEffort" | "Burstable" | "Guaranteed";
  reason?: string;
  resize?: string;
  resourceClaimStatuses?: PodResourceClaimStatus[];
  resources?: ResourceRequirements;
  startTime?: string;
}

/** io.k8s.api.core.v1.PodTemplate */
export interface PodTemplate {
  apiVersion: string;
  kind: string;
  metadata: ObjectMeta;
  template: PodTemplateSpec;
}

/** io.k8s.api.core.v1.PodTemplateList */
export interface PodTemplateList {
  apiVersion: string;
  items: PodTemplate[];
  kind: string;
  metadata: ListMeta;
}

/** io.k8s.api.core.v1.PodTemplateSpec */
export interface PodTemplateSpec {
  metadata?: Partial<ObjectMeta>;
  spec?: PodSpec;
}

/** io.k8s.api.core.v1.PortStatus */
export interface PortStatus {
  error?: string;
  port: number;
  protocol: "SCTP" | "TCP" | "UDP";
}

/** io.k8s.api.core.v1.PortworxVolumeSource */
export interface PortworxVolumeSource {
  fsType?: string;
  readOnly?: boolean;
  volumeID: string;
}

/** io.k8s.api.core.v1.PreferredSchedulingTerm */
export interface PreferredSchedulingTerm {
  preference: NodeSelectorTerm;
  weight: number;
}

/** io.k8s.api.core.v1.Probe */
export interface Probe {
  exec?: ExecAction;
  failureThreshold?: number;
  grpc?: GRPCAction;
  httpGet?: HTTPGetAction;
  initialDelaySeconds?: number;
  periodSeconds?: number;
  successThreshold?: number;
  tcpSocket?: TCPSocketAction;
  terminationGracePeriodSeconds?: number;
  timeoutSeconds?: number;
}

/** io.k8s.api.core.v1.ProjectedVolumeSource */
export interface ProjectedVolumeSource {
  defaultMode?: number;
  sources?: VolumeProjection[];
}

/** io.k8s.api.core.v1.QuobyteVolumeSource */
export interface QuobyteVolumeSource {
  group?: string;
  readOnly?: boolean;
  registry: string;
  tenant?: string;
  user?: string;
  volume: string;
}

/** io.k8s.api.core.v1.RBDPersistentVolumeSource */
export interface RBDPersistentVolumeSource {
  fsType?: string;
  image: string;
  keyring?: string;
  monitors: string[];
  pool?: string;
  readOnly?: boolean;
  secretRef?: SecretReference;
  user?: string;
}

/** io.k8s.api.core.v1.RBDVolumeSource */
export interface RBDVolumeSource {
  fsType?: string;
  image: string;
  keyring?: string;
  monitors: string[];
  pool?: string;
  readOnly?: boolean;
  secretRef?: LocalObjectReference;
  user?: string;
}

/** io.k8s.api.core.v1.ReplicationController */
export interface ReplicationController {
  apiVersion: string;
  kind: string;
  metadata: ObjectMeta;
  spec: ReplicationControllerSpec;
  status: ReplicationControllerStatus;
}

/** io.k8s.api.core.v1.ReplicationControllerCondition */
export interface ReplicationControllerCondition {
  lastTransitionTime?: string;
  message?: string;
  reason?: string;
  status: string;
  type: string;
}

/** io.k8s.api.core.v1.ReplicationControllerList */
export interface ReplicationControllerList {
  apiVersion: string;
  items: ReplicationController[];
  kind: string;
  metadata: ListMeta;
}

/** io.k8s.api.core.v1.ReplicationControllerSpec */
export interface ReplicationControllerSpec {
  minReadySeconds?: number;
  replicas?: number;
  selector?: Record<string, string>;
  template?: PodTemplateSpec;
}

/** io.k8s.api.core.v1.ReplicationControllerStatus */
export interface ReplicationControllerStatus {
  availableReplicas?: number;
  conditions?: ReplicationControllerCondition[];
  fullyLabeledReplicas?: number;
  observedGeneration?: number;
  readyReplicas?: number;
  replicas: number;
}

/** io.k8s.api.core.v1.ResourceClaim */
export interface ResourceClaim {
  name: string;
  request?: string;
}

/** io.k8s.api.core.v1.ResourceFieldSelector */
export interface ResourceFieldSelector {
  containerName?: string;
  divisor?: string;
  resource: string;
}

/** io.k8s.api.core.v1.ResourceHealth */
export interface ResourceHealth {
  health?: string;
  message?: string;
  resourceID: string;
}

/** io.k8s.api.core.v1.ResourceQuota */
export interface ResourceQuota {
  apiVersion: string;
  kind: string;
  metadata: ObjectMeta;
  spec: ResourceQuotaSpec;
  status: ResourceQuotaStatus;
}

/** io.k8s.api.core.v1.ResourceQuotaList */
export interface ResourceQuotaList {
  apiVersion: string;
  items: ResourceQuota[];
  kind: string;
  metadata: ListMeta;
}

/** io.k8s.api.core.v1.ResourceQuotaSpec */
export interface ResourceQuotaSpec {
  hard?: Record<string, string>;
  scopeSelector?: ScopeSelector;
  scopes?: ("BestEffort" | "CrossNamespacePodAffinity" | "NotBestEffort" | "NotTerminating" | "PriorityClass" | "Terminating" | "VolumeAttributesClass")[];
}

/** io.k8s.api.core.v1.ResourceQuotaStatus */
export interface ResourceQuotaStatus {
  hard?: Record<string, string>;
  used?: Record<string, string>;
}

/** io.k8s.api.core.v1.ResourceRequirements */
export interface ResourceRequirements {
  claims?: ResourceClaim[];
  limits?: Record<string, string>;
  requests?: Record<string, string>;
}

/** io.k8s.api.core.v1.ResourceStatus */
export interface ResourceStatus {
  name: string;
  resources?: ResourceHealth[];
}

/** io.k8s.api.core.v1.SELinuxOptions */
export interface SELinuxOptions {
  level?: string;
  role?: string;
  type?: string;
  user?: string;
}

/** io.k8s.api.core.v1.ScaleIOPersistentVolumeSource */
export interface ScaleIOPersistentVolumeSource {
  fsType?: string;
  gateway: string;
  protectionDomain?: string;
  readOnly?: boolean;
  secretRef: SecretReference;
  sslEnabled?: boolean;
  storageMode?: string;
  storagePool?: string;
  system: string;
  volumeName?: string;
}

/** io.k8s.api.core.v1.ScaleIOVolumeSource */
export interface ScaleIOVolumeSource {
  fsType?: string;
  gateway: string;
  protectionDomain?: string;
  readOnly?: boolean;
  secretRef: LocalObjectReference;
  sslEnabled?: boolean;
  storageMode?: string;
  storagePool?: string;
  system: string;
  volumeName?: string;
}

/** io.k8s.api.core.v1.ScopeSelector */
export interface ScopeSelector {
  matchExpressions?: ScopedResourceSelectorRequirement[];
}

/** io.k8s.api.core.v1.ScopedResourceSelectorRequirement */
export interface ScopedResourceSelectorRequirement {
  operator: "DoesNotExist" | "Exists" | "In" | "NotIn";
  scopeName: "BestEffort" | "CrossNamespacePodAffinity" | "NotBestEffort" | "NotTerminating" | "PriorityClass" | "Terminating" | "VolumeAttributesClass";
  values?: string[];
}

/** io.k8s.api.core.v1.SeccompProfile */
export interface SeccompProfile {
  localhostProfile?: string;
  type: "Localhost" | "RuntimeDefault" | "Unconfined";
}

/** io.k8s.api.core.v1.Secret */
export interface Secret {
  apiVersion: string;
  data?: Record<string, string>;
  immutable?: boolean;
  kind: string;
  metadata: ObjectMeta;
  stringData?: Record<string, string>;
  type?: string;
}

/** io.k8s.api.core.v1.SecretEnvSource */
export interface SecretEnvSource {
  name?: string;
  optional?: boolean;
}

/** io.k8s.api.core.v1.SecretKeySelector */
export interface SecretKeySelector {
  key: string;
  name?: string;
  optional?: boolean;
}

/** io.k8s.api.core.v1.SecretList */
export interface SecretList {
  apiVersion: string;
  items: Secret[];
  kind: string;
  metadata: ListMeta;
}

/** io.k8s.api.core.v1.SecretProjection */
export interface SecretProjection {
  items?: KeyToPath[];
  name?: string;
  optional?: boolean;
}

/** io.k8s.api.core.v1.SecretReference */
export interface SecretReference {
  name?: string;
  namespace?: string;
}

/** io.k8s.api.core.v1.SecretVolumeSource */
export interface SecretVolumeSource {
  defaultMode?: number;
  items?: KeyToPath[];
  optional?: boolean;
  secretName?: string;
}

/** io.k8s.api.core.v1.SecurityContext */
export interface SecurityContext {
  allowPrivilegeEscalation?: boolean;
  appArmorProfile?: AppArmorProfile;
  capabilities?: Capabilities;
  privileged?: boolean;
  procMount?: "Default" | "Unmasked";
  readOnlyRootFilesystem?: boolean;
  runAsGroup?: number;
  runAsNonRoot?: boolean;
  runAsUser?: number;
  seLinuxOptions?: SELinuxOptions;
  seccompProfile?: SeccompProfile;
  windowsOptions?: WindowsSecurityContextOptions;
}

/** io.k8s.api.core.v1.Service */
export interface Service {
  apiVersion: string;
  kind: string;
  metadata: ObjectMeta;
  spec: ServiceSpec;
  status: ServiceStatus;
}

/** io.k8s.api.core.v1.ServiceAccount */
export interface ServiceAccount {
  apiVersion: string;
  automountServiceAccountToken?: boolean;
  imagePullSecrets?: LocalObjectReference[];
  kind: string;
  metadata: ObjectMeta;
  secrets?: ObjectReference[];
}

/** io.k8s.api.core.v1.ServiceAccountList */
export interface ServiceAccountList {
  apiVersion: string;
  items: ServiceAccount[];
  kind: string;
  metadata: ListMeta;
}

/** io.k8s.api.core.v1.ServiceAccountTokenProjection */
export interface ServiceAccountTokenProjection {
  audience?: string;
  expirationSeconds?: number;
  path: string;
}

/** io.k8s.api.core.v1.ServiceList */
export interface ServiceList {
  apiVersion: string;
  items: Service[];
  kind: string;
  metadata: ListMeta;
}

/** io.k8s.api.core.v1.ServicePort */
export interface ServicePort {
  appProtocol?: string;
  name?: string;
  nodePort?: number;
  port: number;
  protocol?: "SCTP" | "TCP" | "UDP";
  targetPort?: number | string;
}

/** io.k8s.api.core.v1.ServiceSpec */
export interface ServiceSpec {
  allocateLoadBalancerNodePorts?: boolean;
  clusterIP?: string;
  clusterIPs?: string[];
  externalIPs?: string[];
  externalName?: string;
  externalTrafficPolicy?: "Cluster" | "Local";
  healthCheckNodePort?: number;
  internalTrafficPolicy?: "Cluster" | "Local";
  ipFamilies?: ("" | "IPv4" | "IPv6")[];
  ipFamilyPolicy?: "PreferDualStack" | "RequireDualStack" | "SingleStack";
  loadBalancerClass?: string;
  loadBalancerIP?: string;
  loadBalancerSourceRanges?: string[];
  ports?: ServicePort[];
  publishNotReadyAddresses?: boolean;
  selector?: Record<string, string>;
  sessionAffinity?: "ClientIP" | "None";
  sessionAffinityConfig?: SessionAffinityConfig;
  trafficDistribution?: string;
  type?: "ClusterIP" | "ExternalName" | "LoadBalancer" | "NodePort";
}

/** io.k8s.api.core.v1.ServiceStatus */
export interface ServiceStatus {
  conditions?: Condition[];
  loadBalancer?: LoadBalancerStatus;
}

/** io.k8s.api.core.v1.SessionAffinityConfig */
export interface SessionAffinityConfig {
  clientIP?: ClientIPConfig;
}

/** io.k8s.api.core.v1.SleepAction */
export interface SleepAction {
  seconds: number;
}

/** io.k8s.api.core.v1.StorageOSPersistentVolumeSource */
export interface StorageOSPersistentVolumeSource {
  fsType?: string;
  readOnly?: boolean;
  secretRef?: ObjectReference;
  volumeName?: string;
  volumeNamespace?: string;
}

/** io.k8s.api.core.v1.StorageOSVolumeSource */
export interface StorageOSVolumeSource {
  fsType?: string;
  readOnly?: boolean;
  secretRef?: LocalObjectReference;
  volumeName?: string;
  volumeNamespace?: string;
}

/** io.k8s.api.core.v1.Sysctl */
export interface Sysctl {
  name: string;
  value: string;
}

/** io.k8s.api.core.v1.TCPSocketAction */
export interface TCPSocketAction {
  host?: string;
  port: number | string;
}

/** io.k8s.api.core.v1.Taint */
export interface Taint {
  effect: "NoExecute" | "NoSchedule" | "PreferNoSchedule";
  key: string;
  timeAdded?: string;
  value?: string;
}

/** io.k8s.api.core.v1.Toleration */
export interface Toleration {
  effect?: "NoExecute" | "NoSchedule" | "PreferNoSchedule";
  key?: string;
  operator?: "Equal" | "Exists" | "Gt" | "Lt";
  tolerationSeconds?: number;
  value?: string;
}

/** io.k8s.api.core.v1.TopologySpreadConstraint */
export interface TopologySpreadConstraint {
  labelSelector?: LabelSelector;
  matchLabelKeys?: string[];
  maxSkew: number;
  minDomains?: number;
  nodeAffinityPolicy?: "Honor" | "Ignore";
  nodeTaintsPolicy?: "Honor" | "Ignore";
  topologyKey: string;
  whenUnsatisfiable: "DoNotSchedule" | "ScheduleAnyway";
}

/** io.k8s.api.core.v1.TypedLocalObjectReference */
export interface TypedLocalObjectReference {
  apiGroup?: string;
  kind: string;
  name: string;
}

/** io.k8s.api.core.v1.TypedObjectReference */
export interface TypedObjectReference {
  apiGroup?: string;
  kind: string;
  name: string;
  namespace?: string;
}

/** io.k8s.api.core.v1.Volume */
export interface Volume {
  awsElasticBlockStore?: AWSElasticBlockStoreVolumeSource;
  azureDisk?: AzureDiskVolumeSource;
  azureFile?: AzureFileVolumeSource;
  cephfs?: CephFSVolumeSource;
  cinder?: CinderVolumeSource;
  configMap?: ConfigMapVolumeSource;
  csi?: CSIVolumeSource;
  downwardAPI?: DownwardAPIVolumeSource;
  emptyDir?: EmptyDirVolumeSource;
  ephemeral?: EphemeralVolumeSource;
  fc?: FCVolumeSource;
  flexVolume?: FlexVolumeSource;
  flocker?: FlockerVolumeSource;
  gcePersistentDisk?: GCEPersistentDiskVolumeSource;
  gitRepo?: GitRepoVolumeSource;
  glusterfs?: GlusterfsVolumeSource;
  hostPath?: HostPathVolumeSource;
  image?: ImageVolumeSource;
  iscsi?: ISCSIVolumeSource;
  name: string;
  nfs?: NFSVolumeSource;
  persistentVolumeClaim?: PersistentVolumeClaimVolumeSource;
  photonPersistentDisk?: PhotonPersistentDiskVolumeSource;
  portworxVolume?: PortworxVolumeSource;
  projected?: ProjectedVolumeSource;
  quobyte?: QuobyteVolumeSource;
  rbd?: RBDVolumeSource;
  scaleIO?: ScaleIOVolumeSource;
  secret?: SecretVolumeSource;
  storageos?: StorageOSVolumeSource;
  vsphereVolume?: VsphereVirtualDiskVolumeSource;
}

/** io.k8s.api.core.v1.VolumeDevice */
export interface VolumeDevice {
  devicePath: string;
  name: string;
}

/** io.k8s.api.core.v1.VolumeMount */
export interface VolumeMount {
  mountPath: string;
  mountPropagation?: "Bidirectional" | "HostToContainer" | "None";
  name: string;
  readOnly?: boolean;
  recursiveReadOnly?: string;
  subPath?: string;
  subPathExpr?: string;
}

/** io.k8s.api.core.v1.VolumeMountStatus */
export interface VolumeMountStatus {
  mountPath: string;
  name: string;
  readOnly?: boolean;
  recursiveReadOnly?: string;
  volumeStatus?: VolumeStatus;
}

/** io.k8s.api.core.v1.VolumeNodeAffinity */
export interface VolumeNodeAffinity {
  required?: NodeSelector;
}

/** io.k8s.api.core.v1.VolumeProjection */
export interface VolumeProjection {
  clusterTrustBundle?: ClusterTrustBundleProjection;
  configMap?: ConfigMapProjection;
  downwardAPI?: DownwardAPIProjection;
  podCertificate?: PodCertificateProjection;
  secret?: SecretProjection;
  serviceAccountToken?: ServiceAccountTokenProjection;
}

/** io.k8s.api.core.v1.VolumeResourceRequirements */
export interface VolumeResourceRequirements {
  limits?: Record<string, string>;
  requests?: Record<string, string>;
}

/** io.k8s.api.core.v1.VolumeStatus */
export interface VolumeStatus {
  image?: ImageVolumeStatus;
}

/** io.k8s.api.core.v1.VsphereVirtualDiskVolumeSource */
export interface VsphereVirtualDiskVolumeSource {
  fsType?: string;
  storagePolicyID?: string;
  storagePolicyName?: string;
  volumePath: string;
}

/** io.k8s.api.core.v1.WeightedPodAffinityTerm */
export interface WeightedPodAffinityTerm {
  podAffinityTerm: PodAffinityTerm;
  weight: number;
}

/** io.k8s.api.core.v1.WindowsSecurityContextOptions */
export interface WindowsSecurityContextOptions {
  gmsaCredentialSpec?: string;
  gmsaCredentialSpecName?: string;
  hostProcess?: boolean;
  runAsUserName?: string;
}

/** io.k8s.api.policy.v1.Eviction */
export interface Eviction {
  apiVersion: string;
  deleteOptions?: DeleteOptions;
  kind: string;
  metadata: ObjectMeta;
}

/** io.k8s.apimachinery.pkg.apis.meta.v1.APIResource */
export interface APIResource {
  categories?: string[];
  group?: string;
  kind: string;
  name: string;
  namespaced: boolean;
  shortNames?: string[];
  singularName: string;
  storageVersionHash?: string;
  verbs: string[];
  version?: string;
}

/** io.k8s.apimachinery.pkg.apis.meta.v1.APIResourceList */
export interface APIResourceList {
  apiVersion?: string;
  groupVersion: string;
  kind?: string;
  resources: APIResource[];
}

/** io.k8s.apimachinery.pkg.apis.meta.v1.Condition */
export interface Condition {
  lastTransitionTime: string;
  message: string;
  observedGeneration?: number;
  reason: string;
  status: string;
  type: string;
}

/** io.k8s.apimachinery.pkg.apis.meta.v1.DeleteOptions */
export interface DeleteOptions {
  apiVersion?: string;
  dryRun?: string[];
  gracePeriodSeconds?: number;
  ignoreStoreReadErrorWithClusterBreakingPotential?: boolean;
  kind?: string;
  orphanDependents?: boolean;
  preconditions?: Preconditions;
  propagationPolicy?: string;
}

/** io.k8s.apimachinery.pkg.apis.meta.v1.LabelSelector */
export interface LabelSelector {
  matchExpressions?: LabelSelectorRequirement[];
  matchLabels?: Record<string, string>;
}

/** io.k8s.apimachinery.pkg.apis.meta.v1.LabelSelectorRequirement */
export interface LabelSelectorRequirement {
  key: string;
  operator: string;
  values?: string[];
}

/** io.k8s.apimachinery.pkg.apis.meta.v1.ListMeta */
export interface ListMeta {
  continue?: string;
  remainingItemCount?: number;
  resourceVersion?: string;
  selfLink?: string;
  shardInfo?: ShardInfo;
}

/** io.k8s.apimachinery.pkg.apis.meta.v1.ManagedFieldsEntry */
export interface ManagedFieldsEntry {
  apiVersion?: string;
  fieldsType?: string;
  fieldsV1?: Record<string, unknown>;
  manager?: string;
  operation?: string;
  subresource?: string;
  time?: string;
}

/** io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta */
export interface ObjectMeta {
  annotations?: Record<string, string>;
  creationTimestamp?: string;
  deletionGracePeriodSeconds?: number;
  deletionTimestamp?: string;
  finalizers?: string[];
  generateName?: string;
  generation?: number;
  labels?: Record<string, string>;
  managedFields?: ManagedFieldsEntry[];
  name: string;
  namespace?: string;
  ownerReferences?: OwnerReference[];
  resourceVersion?: string;
  selfLink?: string;
  uid?: string;
}

/** io.k8s.apimachinery.pkg.apis.meta.v1.OwnerReference */
export interface OwnerReference {
  apiVersion: string;
  blockOwnerDeletion?: boolean;
  controller?: boolean;
  kind: string;
  name: string;
  uid: string;
}

/** io.k8s.apimachinery.pkg.apis.meta.v1.Patch */
export type Patch = Record<string, unknown>;

/** io.k8s.apimachinery.pkg.apis.meta.v1.Preconditions */
export interface Preconditions {
  resourceVersion?: string;
  uid?: string;
}

/** io.k8s.apimachinery.pkg.apis.meta.v1.ShardInfo */
export interface ShardInfo {
  selector: string;
}

/** io.k8s.apimachinery.pkg.apis.meta.v1.Status */
export interface Status {
  apiVersion: string;
  code?: number;
  details?: StatusDetails;
  kind: string;
  message?: string;
  metadata: ListMeta;
  reason?: string;
  status?: string;
}

/** io.k8s.apimachinery.pkg.apis.meta.v1.StatusCause */
export interface StatusCause {
  field?: string;
  message?: string;
  reason?: string;
}

/** io.k8s.apimachinery.pkg.apis.meta.v1.StatusDetails */
export interface StatusDetails {
  causes?: StatusCause[];
  group?: string;
  kind?: string;
  name?: string;
  retryAfterSeconds?: number;
  uid?: string;
}

/** io.k8s.apimachinery.pkg.apis.meta.v1.WatchEvent */
export interface WatchEvent {
  object: Record<string, unknown>;
  type: string;
}

/** io.k8s.apimachinery.pkg.apis.meta.v1.APIGroup */
export interface APIGroup {
  apiVersion?: string;
  kind?: string;
  name: string;
  preferredVersion?: GroupVersionForDiscovery;
  serverAddressByClientCIDRs?: ServerAddressByClientCIDR[];
  versions: GroupVersionForDiscovery[];
}

/** io.k8s.apimachinery.pkg.apis.meta.v1.APIGroupList */
export interface APIGroupList {
  apiVersion?: string;
  groups: APIGroup[];
  kind?: string;
}

/** io.k8s.apimachinery.pkg.apis.meta.v1.GroupVersionForDiscovery */
export interface GroupVersionForDiscovery {
  groupVersion: string;
  version: string;
}

/** io.k8s.api.admissionregistration.v1.ApplyConfiguration */
export interface ApplyConfiguration {
  expression?: string;
}

/** io.k8s.api.admissionregistration.v1.AuditAnnotation */
export interface AuditAnnotation {
  key: string;
  valueExpression: string;
}

/** io.k8s.api.admissionregistration.v1.ExpressionWarning */
export interface ExpressionWarning {
  fieldRef: string;
  warning: string;
}

/** io.k8s.api.admissionregistration.v1.JSONPatch */
export interface JSONPatch {
  expression?: string;
}

/** io.k8s.api.admissionregistration.v1.MatchCondition */
export interface MatchCondition {
  expression: string;
  name: string;
}

/** io.k8s.api.admissionregistration.v1.MatchResources */
export interface MatchResources {
  excludeResourceRules?: NamedRuleWithOperations[];
  matchPolicy?: "Equivalent" | "Exact";
  namespaceSelector?: LabelSelector;
  objectSelector?: LabelSelector;
  resourceRules?: NamedRuleWithOperations[];
}

/** io.k8s.api.admissionregistration.v1.MutatingAdmissionPolicy */
export interface MutatingAdmissionPolicy {
  apiVersion: string;
  kind: string;
  metadata: ObjectMeta;
  spec: MutatingAdmissionPolicySpec;
}

/** io.k8s.api.admissionregistration.v1.MutatingAdmissionPolicyBinding */
export interface MutatingAdmissionPolicyBinding {
  apiVersion: string;
  kind: string;
  metadata: ObjectMeta;
  spec: MutatingAdmissionPolicyBindingSpec;
}

/** io.k8s.api.admissionregistration.v1.MutatingAdmissionPolicyBindingList */
export interface MutatingAdmissionPolicyBindingList {
  apiVersion: string;
  items: MutatingAdmissionPolicyBinding[];
  kind: string;
  metadata: ListMeta;
}

/** io.k8s.api.admissionregistration.v1.MutatingAdmissionPolicyBindingSpec */
export interface MutatingAdmissionPolicyBindingSpec {
  matchResources?: MatchResources;
  paramRef?: ParamRef;
  policyName?: string;
}

/** io.k8s.api.admissionregistration.v1.MutatingAdmissionPolicyList */
export interface MutatingAdmissionPolicyList {
  apiVersion: string;
  items: MutatingAdmissionPolicy[];
  kind: string;
  metadata: ListMeta;
}

/** io.k8s.api.admissionregistration.v1.MutatingAdmissionPolicySpec */
export interface MutatingAdmissionPolicySpec {
  failurePolicy?: "Fail" | "Ignore";
  matchConditions?: MatchCondition[];
  matchConstraints?: MatchResources;
  mutations?: Mutation[];
  paramKind?: ParamKind;
  reinvocationPolicy?: "IfNeeded" | "Never";
  variables?: Variable[];
}

/** io.k8s.api.admissionregistration.v1.MutatingWebhook */
export interface MutatingWebhook {
  admissionReviewVersions: string[];
  clientConfig: WebhookClientConfig;
  failurePolicy?: "Fail" | "Ignore";
  matchConditions?: MatchCondition[];
  matchPolicy?: "Equivalent" | "Exact";
  name: string;
  namespaceSelector?: LabelSelector;
  objectSelector?: LabelSelector;
  reinvocationPolicy?: "IfNeeded" | "Never";
  rules?: RuleWithOperations[];
  sideEffects: "None" | "NoneOnDryRun" | "Some" | "Unknown";
  timeoutSeconds?: number;
}

/** io.k8s.api.admissionregistration.v1.MutatingWebhookConfiguration */
export interface MutatingWebhookConfiguration {
  apiVersion: string;
  kind: string;
  metadata: ObjectMeta;
  webhooks?: MutatingWebhook[];
}

/** io.k8s.api.admissionregistration.v1.MutatingWebhookConfigurationList */
export interface MutatingWebhookConfigurationList {
  apiVersion: string;
  items: MutatingWebhookConfiguration[];
  kind: string;
  metadata: ListMeta;
}

/** io.k8s.api.admissionregistration.v1.Mutation */
export interface Mutation {
  applyConfiguration?: ApplyConfiguration;
  jsonPatch?: JSONPatch;
  patchType: "ApplyConfiguration" | "JSONPatch";
}

/** io.k8s.api.admissionregistration.v1.NamedRuleWithOperations */
export interface NamedRuleWithOperations {
  apiGroups?: string[];
  apiVersions?: string[];
  operations?: ("*" | "CONNECT" | "CREATE" | "DELETE" | "UPDATE")[];
  resourceNames?: string[];
  resources?: string[];
  scope?: "*" | "Cluster" | "Namespaced";
}

/** io.k8s.api.admissionregistration.v1.ParamKind */
export interface ParamKind {
  apiVersion?: string;
  kind?: string;
}

/** io.k8s.api.admissionregistration.v1.ParamRef */
export interface ParamRef {
  name?: string;
  namespace?: string;
  parameterNotFoundAction?: string;
  selector?: LabelSelector;
}

/** io.k8s.api.admissionregistration.v1.RuleWithOperations */
export interface RuleWithOperations {
  apiGroups?: string[];
  apiVersions?: string[];
  operations?: ("*" | "CONNECT" | "CREATE" | "DELETE" | "UPDATE")[];
  resources?: string[];
  scope?: "*" | "Cluster" | "Namespaced";
}

/** io.k8s.api.admissionregistration.v1.ServiceReference */
export interface ServiceReference {
  name: string;
  namespace: string;
  path?: string;
  port?: number;
}

/** io.k8s.api.admissionregistration.v1.TypeChecking */
export interface TypeChecking {
  expressionWarnings?: ExpressionWarning[];
}

/** io.k8s.api.admissionregistration.v1.ValidatingAdmissionPolicy */
export interface ValidatingAdmissionPolicy {
  apiVersion: string;
  kind: string;
  metadata: ObjectMeta;
  spec: ValidatingAdmissionPolicySpec;
  status: ValidatingAdmissionPolicyStatus;
}

/** io.k8s.api.admissionregistration.v1.ValidatingAdmissionPolicyBinding */
export interface ValidatingAdmissionPolicyBinding {
  apiVersion: string;
  kind: string;
  metadata: ObjectMeta;
  spec: ValidatingAdmissionPolicyBindingSpec;
}

/** io.k8s.api.admissionregistration.v1.ValidatingAdmissionPolicyBindingList */
export interface ValidatingAdmissionPolicyBindingList {
  apiVersion: string;
  items: ValidatingAdmissionPolicyBinding[];
  kind: string;
  metadata: ListMeta;
}

/** io.k8s.api.admissionregistration.v1.ValidatingAdmissionPolicyBindingSpec */
export interface ValidatingAdmissionPolicyBindingSpec {
  matchResources?: MatchResources;
  paramRef?: ParamRef;
  policyName: string;
  validationActions: ("Audit" | "Deny" | "Warn")[];
}

/** io.k8s.api.admissionregistration.v1.ValidatingAdmissionPolicyList */
export interface ValidatingAdmissionPolicyList {
  apiVersion: string;
  items: ValidatingAdmissionPolicy[];
  kind: string;
  metadata: ListMeta;
}

/** io.k8s.api.admissionregistration.v1.ValidatingAdmissionPolicySpec */
export interface ValidatingAdmissionPolicySpec {
  auditAnnotations?: AuditAnnotation[];
  failurePolicy?: "Fail" | "Ignore";
  matchConditions?: MatchCondition[];
  matchConstraints?: MatchResources;
  paramKind?: ParamKind;
  validations?: Validation[];
  variables?: Variable[];
}

/** io.k8s.api.admissionregistration.v1.ValidatingAdmissionPolicyStatus */
export interface ValidatingAdmissionPolicyStatus {
  conditions?: Condition[];
  observedGeneration?: number;
  typeChecking?: TypeChecking;
}

/** io.k8s.api.admissionregistration.v1.ValidatingWebhook */
export interface ValidatingWebhook {
  admissionReviewVersions: string[];
  clientConfig: WebhookClientConfig;
  failurePolicy?: "Fail" | "Ignore";
  matchConditions?: MatchCondition[];
  matchPolicy?: "Equivalent" | "Exact";
  name: string;
  namespaceSelector?: LabelSelector;
  objectSelector?: LabelSelector;
  rules?: RuleWithOperations[];
  sideEffects: "None" | "NoneOnDryRun" | "Some" | "Unknown";
  timeoutSeconds?: number;
}

/** io.k8s.api.admissionregistration.v1.ValidatingWebhookConfiguration */
export interface ValidatingWebhookConfiguration {
  apiVersion: string;
  kind: string;
  metadata: ObjectMeta;
  webhooks?: ValidatingWebhook[];
}

/** io.k8s.api.admissionregistration.v1.ValidatingWebhookConfigurationList */
export interface ValidatingWebhookConfigurationList {
  apiVersion: string;
  items: ValidatingWebhookConfiguration[];
  kind: string;
  metadata: ListMeta;
}

/** io.k8s.api.admissionregistration.v1.Validation */
export interface Validation {
  expression: string;
  message?: string;
  messageExpression?: string;
  reason?: string;
}

/** io.k8s.api.admissionregistration.v1.Variable */
export interface Variable {
  expression: string;
  name: string;
}

/** io.k8s.api.admissionregistration.v1.WebhookClientConfig */
export interface WebhookClientConfig {
  caBundle?: string;
  service?: ServiceReference;
  url?: string;
}

/** io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.CustomResourceColumnDefinition */
export interface CustomResourceColumnDefinition {
  description?: string;
  format?: string;
  jsonPath: string;
  name: string;
  priority?: number;
  type: string;
}

/** io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.CustomResourceConversion */
export interface CustomResourceConversion {
  strategy: string;
  webhook?: WebhookConversion;
}

/** io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.CustomResourceDefinition */
export interface CustomResourceDefinition {
  apiVersion: string;
  kind: string;
  metadata: ObjectMeta;
  spec: CustomResourceDefinitionSpec;
  status: CustomResourceDefinitionStatus;
}

/** io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.CustomResourceDefinitionCondition */
export interface CustomResourceDefinitionCondition {
  lastTransitionTime?: string;
  message?: string;
  observedGeneration?: number;
  reason?: string;
  status: string;
  type: string;
}

/** io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.CustomResourceDefinitionList */
export interface CustomResourceDefinitionList {
  apiVersion: string;
  items: CustomResourceDefinition[];
  kind: string;
  metadata: ListMeta;
}

/** io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.CustomResourceDefinitionNames */
export interface CustomResourceDefinitionNames {
  categories?: string[];
  kind: string;
  listKind?: string;
  plural: string;
  shortNames?: string[];
  singular?: string;
}

/** io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.CustomResourceDefinitionSpec */
export interface CustomResourceDefinitionSpec {
  conversion?: CustomResourceConversion;
  group: string;
  names: CustomResourceDefinitionNames;
  preserveUnknownFields?: boolean;
  scope: string;
  versions: CustomResourceDefinitionVersion[];
}

/** io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.CustomResourceDefinitionStatus */
export interface CustomResourceDefinitionStatus {
  acceptedNames?: CustomResourceDefinitionNames;
  conditions?: CustomResourceDefinitionCondition[];
  observedGeneration?: number;
  storedVersions?: string[];
}

/** io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.CustomResourceDefinitionVersion */
export interface CustomResourceDefinitionVersion {
  additionalPrinterColumns?: CustomResourceColumnDefinition[];
  deprecated?: boolean;
  deprecationWarning?: string;
  name: string;
  schema?: CustomResourceValidation;
  selectableFields?: SelectableField[];
  served: boolean;
  storage: boolean;
  subresources?: CustomResourceSubresources;
}

/** io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.CustomResourceSubresourceScale */
export interface CustomResourceSubresourceScale {
  labelSelectorPath?: string;
  specReplicasPath: string;
  statusReplicasPath: string;
}

/** io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.CustomResourceSubresourceStatus */
export type CustomResourceSubresourceStatus = Record<string, unknown>;

/** io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.CustomResourceSubresources */
export interface CustomResourceSubresources {
  scale?: CustomResourceSubresourceScale;
  status?: CustomResourceSubresourceStatus;
}

/** io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.CustomResourceValidation */
export interface CustomResourceValidation {
  openAPIV3Schema?: JSONSchemaProps;
}

/** io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.ExternalDocumentation */
export interface ExternalDocumentation {
  description?: string;
  url?: string;
}

/** io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSON */
export type JSON = unknown;

/** io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSONSchemaProps */
export interface JSONSchemaProps {
  $ref?: string;
  $schema?: string;
  additionalItems?: JSONSchemaPropsOrBool;
  additionalProperties?: JSONSchemaPropsOrBool;
  allOf?: JSONSchemaProps[];
  anyOf?: JSONSchemaProps[];
  default?: JSON;
  definitions?: Record<string, JSONSchemaProps>;
  dependencies?: Record<string, JSONSchemaPropsOrStringArray>;
  description?: string;
  enum?: JSON[];
  example?: JSON;
  exclusiveMaximum?: boolean;
  exclusiveMinimum?: boolean;
  externalDocs?: ExternalDocumentation;
  format?: string;
  id?: string;
  items?: JSONSchemaPropsOrArray;
  maxItems?: number;
  maxLength?: number;
  maxProperties?: number;
  maximum?: number;
  minItems?: number;
  minLength?: number;
  minProperties?: number;
  minimum?: number;
  multipleOf?: number;
  not?: JSONSchemaProps;
  nullable?: boolean;
  oneOf?: JSONSchemaProps[];
  pattern?: string;
  patternProperties?: Record<string, JSONSchemaProps>;
  properties?: Record<string, JSONSchemaProps>;
  required?: string[];
  title?: string;
  type?: string;
  uniqueItems?: boolean;
  "x-kubernetes-embedded-resource"?: boolean;
  "x-kubernetes-int-or-string"?: boolean;
  "x-kubernetes-list-map-keys"?: string[];
  "x-kubernetes-list-type"?: string;
  "x-kubernetes-map-type"?: string;
  "x-kubernetes-preserve-unknown-fields"?: boolean;
  "x-kubernetes-validations"?: ValidationRule[];
}

/** io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSONSchemaPropsOrArray */
export type JSONSchemaPropsOrArray = unknown;

/** io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSONSchemaPropsOrBool */
export type JSONSchemaPropsOrBool = unknown;

/** io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSONSchemaPropsOrStringArray */
export type JSONSchemaPropsOrStringArray = unknown;

/** io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.SelectableField */
export interface SelectableField {
  jsonPath: string;
}

/** io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.ServiceReference */
export interface ApiextensionsServiceReference {
  name: string;
  namespace: string;
  path?: string;
  port?: number;
}

/** io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.ValidationRule */
export interface ValidationRule {
  fieldPath?: string;
  message?: string;
  messageExpression?: string;
  optionalOldSelf?: boolean;
  reason?: "FieldValueDuplicate" | "FieldValueForbidden" | "FieldValueInvalid" | "FieldValueRequired";
  rule: string;
}

/** io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.WebhookClientConfig */
export interface ApiextensionsWebhookClientConfig {
  caBundle?: string;
  service?: ApiextensionsServiceReference;
  url?: string;
}

/** io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.WebhookConversion */
export interface WebhookConversion {
  clientConfig?: ApiextensionsWebhookClientConfig;
  conversionReviewVersions: string[];
}

/** io.k8s.kube-aggregator.pkg.apis.apiregistration.v1.APIService */
export interface APIService {
  apiVersion: string;
  kind: string;
  metadata: ObjectMeta;
  spec: APIServiceSpec;
  status: APIServiceStatus;
}

/** io.k8s.kube-aggregator.pkg.apis.apiregistration.v1.APIServiceCondition */
export interface APIServiceCondition {
  lastTransitionTime?: string;
  message?: string;
  reason?: string;
  status: string;
  type: string;
}

/** io.k8s.kube-aggregator.pkg.apis.apiregistration.v1.APIServiceList */
export interface APIServiceList {
  apiVersion: string;
  items: APIService[];
  kind: string;
  metadata: ListMeta;
}

/** io.k8s.kube-aggregator.pkg.apis.apiregistration.v1.APIServiceSpec */
export interface APIServiceSpec {
  caBundle?: string;
  group?: string;
  groupPriorityMinimum: number;
  insecureSkipTLSVerify?: boolean;
  service?: ApiregistrationServiceReference;
  version?: string;
  versionPriority: number;
}

/** io.k8s.kube-aggregator.pkg.apis.apiregistration.v1.APIServiceStatus */
export interface APIServiceStatus {
  conditions?: APIServiceCondition[];
}

/** io.k8s.kube-aggregator.pkg.apis.apiregistration.v1.ServiceReference */
export interface ApiregistrationServiceReference {
  name?: string;
  namespace?: string;
  port?: number;
}

/** io.k8s.api.apps.v1.ControllerRevision */
export interface ControllerRevision {
  apiVersion: string;
  data?: Record<string, unknown>;
  kind: string;
  metadata: ObjectMeta;
  revision: number;
}

/** io.k8s.api.apps.v1.ControllerRevisionList */
export interface ControllerRevisionList {
  apiVersion: string;
  items: ControllerRevision[];
  kind: string;
  metadata: ListMeta;
}

/** io.k8s.api.apps.v1.DaemonSet */
export interface DaemonSet {
  apiVersion: string;
  kind: string;
  metadata: ObjectMeta;
  spec: DaemonSetSpec;
  status: DaemonSetStatus;
}

/** io.k8s.api.apps.v1.DaemonSetCondition */
export interface DaemonSetCondition {
  lastTransitionTime?: string;
  message?: string;
  reason?: string;
  status: string;
  type: string;
}

/** io.k8s.api.apps.v1.DaemonSetList */
export interface DaemonSetList {
  apiVersion: string;
  items: DaemonSet[];
  kind: string;
  metadata: ListMeta;
}

/** io.k8s.api.apps.v1.DaemonSetSpec */
export interface DaemonSetSpec {
  minReadySeconds?: number;
  revisionHistoryLimit?: number;
  selector: LabelSelector;
  template: PodTemplateSpec;
  updateStrategy?: DaemonSetUpdateStrategy;
}

/** io.k8s.api.apps.v1.DaemonSetStatus */
export interface DaemonSetStatus {
  collisionCount?: number;
  conditions?: DaemonSetCondition[];
  currentNumberScheduled: number;
  desiredNumberScheduled: number;
  numberAvailable?: number;
  numberMisscheduled: number;
  numberReady: number;
  numberUnavailable?: number;
  observedGeneration?: number;
  updatedNumberScheduled?: number;
}

/** io.k8s.api.apps.v1.DaemonSetUpdateStrategy */
export interface DaemonSetUpdateStrategy {
  rollingUpdate?: RollingUpdateDaemonSet;
  type?: "OnDelete" | "RollingUpdate";
}

/** io.k8s.api.apps.v1.Deployment */
export interface Deployment {
  apiVersion: string;
  kind: string;
  metadata: ObjectMeta;
  spec: DeploymentSpec;
  status: DeploymentStatus;
}

/** io.k8s.api.apps.v1.DeploymentCondition */
export interface DeploymentCondition {
  lastTransitionTime?: string;
  lastUpdateTime?: string;
  message?: string;
  reason?: string;
  status: string;
  type: string;
}

/** io.k8s.api.apps.v1.DeploymentList */
export interface DeploymentList {
  apiVersion: string;
  items: Deployment[];
  kind: string;
  metadata: ListMeta;
}

/** io.k8s.api.apps.v1.DeploymentSpec */
export interface DeploymentSpec {
  minReadySeconds?: number;
  paused?: boolean;
  progressDeadlineSeconds?: number;
  replicas?: number;
  revisionHistoryLimit?: number;
  selector: LabelSelector;
  strategy?: DeploymentStrategy;
  template: PodTemplateSpec;
}

/** io.k8s.api.apps.v1.DeploymentStatus */
export interface DeploymentStatus {
  availableReplicas?: number;
  collisionCount?: number;
  conditions?: DeploymentCondition[];
  observedGeneration?: number;
  readyReplicas?: number;
  replicas?: number;
  terminatingReplicas?: number;
  unavailableReplicas?: number;
  updatedReplicas?: number;
}

/** io.k8s.api.apps.v1.DeploymentStrategy */
export interface DeploymentStrategy {
  rollingUpdate?: RollingUpdateDeployment;
  type?: "Recreate" | "RollingUpdate";
}

/** io.k8s.api.apps.v1.ReplicaSet */
export interface ReplicaSet {
  apiVersion: string;
  kind: string;
  metadata: ObjectMeta;
  spec: ReplicaSetSpec;
  status: ReplicaSetStatus;
}

/** io.k8s.api.apps.v1.ReplicaSetCondition */
export interface ReplicaSetCondition {
  lastTransitionTime?: string;
  message?: string;
  reason?: string;
  status: string;
  type: string;
}

/** io.k8s.api.apps.v1.ReplicaSetList */
export interface ReplicaSetList {
  apiVersion: string;
  items: ReplicaSet[];
  kind: string;
  metadata: ListMeta;
}

/** io.k8s.api.apps.v1.ReplicaSetSpec */
export interface ReplicaSetSpec {
  minReadySeconds?: number;
  replicas?: number;
  selector: LabelSelector;
  template?: PodTemplateSpec;
}

/** io.k8s.api.apps.v1.ReplicaSetStatus */
export interface ReplicaSetStatus {
  availableReplicas?: number;
  conditions?: ReplicaSetCondition[];
  fullyLabeledReplicas?: number;
  observedGeneration?: number;
  readyReplicas?: number;
  replicas: number;
  terminatingReplicas?: number;
}

/** io.k8s.api.apps.v1.RollingUpdateDaemonSet */
export interface RollingUpdateDaemonSet {
  maxSurge?: number | string;
  maxUnavailable?: number | string;
}

/** io.k8s.api.apps.v1.RollingUpdateDeployment */
export interface RollingUpdateDeployment {
  maxSurge?: number | string;
  maxUnavailable?: number | string;
}

/** io.k8s.api.apps.v1.RollingUpdateStatefulSetStrategy */
export interface RollingUpdateStatefulSetStrategy {
  maxUnavailable?: number | string;
  partition?: number;
}

/** io.k8s.api.apps.v1.StatefulSet */
export interface StatefulSet {
  apiVersion: string;
  kind: string;
  metadata: ObjectMeta;
  spec: StatefulSetSpec;
  status: StatefulSetStatus;
}

/** io.k8s.api.apps.v1.StatefulSetCondition */
export interface StatefulSetCondition {
  lastTransitionTime?: string;
  message?: string;
  reason?: string;
  status: string;
  type: string;
}

/** io.k8s.api.apps.v1.StatefulSetList */
export interface StatefulSetList {
  apiVersion: string;
  items: StatefulSet[];
  kind: string;
  metadata: ListMeta;
}

/** io.k8s.api.apps.v1.StatefulSetOrdinals */
export interface StatefulSetOrdinals {
  start?: number;
}

/** io.k8s.api.apps.v1.StatefulSetPersistentVolumeClaimRetentionPolicy */
export interface StatefulSetPersistentVolumeClaimRetentionPolicy {
  whenDeleted?: string;
  whenScaled?: string;
}

/** io.k8s.api.apps.v1.StatefulSetSpec */
export interface StatefulSetSpec {
  minReadySeconds?: number;
  ordinals?: StatefulSetOrdinals;
  persistentVolumeClaimRetentionPolicy?: StatefulSetPersistentVolumeClaimRetentionPolicy;
  podManagementPolicy?: "OrderedReady" | "Parallel";
  replicas?: number;
  revisionHistoryLimit?: number;
  selector: LabelSelector;
  serviceName?: string;
  template: PodTemplateSpec;
  updateStrategy?: StatefulSetUpdateStrategy;
  volumeClaimTemplates?: PersistentVolumeClaim[];
}

/** io.k8s.api.apps.v1.StatefulSetStatus */
export interface StatefulSetStatus {
  availableReplicas?: number;
  collisionCount?: number;
  conditions?: StatefulSetCondition[];
  currentReplicas?: number;
  currentRevision?: string;
  observedGeneration?: number;
  readyReplicas?: number;
  replicas: number;
  updateRevision?: string;
  updatedReplicas?: number;
}

/** io.k8s.api.apps.v1.StatefulSetUpdateStrategy */
export interface StatefulSetUpdateStrategy {
  rollingUpdate?: RollingUpdateStatefulSetStrategy;
  type?: "OnDelete" | "RollingUpdate";
}

/** io.k8s.api.authentication.v1.SelfSubjectReview */
export interface SelfSubjectReview {
  apiVersion: string;
  kind: string;
  metadata: ObjectMeta;
  status: SelfSubjectReviewStatus;
}

/** io.k8s.api.authentication.v1.SelfSubjectReviewStatus */
export interface SelfSubjectReviewStatus {
  userInfo?: UserInfo;
}

/** io.k8s.api.authentication.v1.TokenReview */
export interface TokenReview {
  apiVersion: string;
  kind: string;
  metadata: ObjectMeta;
  spec: TokenReviewSpec;
  status: TokenReviewStatus;
}

/** io.k8s.api.authentication.v1.TokenReviewSpec */
export interface TokenReviewSpec {
  audiences?: string[];
  token: string;
}

/** io.k8s.api.authentication.v1.TokenReviewStatus */
export interface TokenReviewStatus {
  audiences?: string[];
  authenticated?: boolean;
  error?: string;
  user?: UserInfo;
}

/** io.k8s.api.authentication.v1.UserInfo */
export interface UserInfo {
  extra?: Record<string, string[]>;
  groups?: string[];
  uid?: string;
  username?: string;
}

/** io.k8s.api.authorization.v1.FieldSelectorAttributes */
export interface FieldSelectorAttributes {
  rawSelector?: string;
  requirements?: FieldSelectorRequirement[];
}

/** io.k8s.api.authorization.v1.LabelSelectorAttributes */
export interface LabelSelectorAttributes {
  rawSelector?: string;
  requirements?: LabelSelectorRequirement[];
}

/** io.k8s.api.authorization.v1.LocalSubjectAccessReview */
export interface LocalSubjectAccessReview {
  apiVersion: string;
  kind: string;
  metadata: ObjectMeta;
  spec: SubjectAccessReviewSpec;
  status: SubjectAccessReviewStatus;
}

/** io.k8s.api.authorization.v1.NonResourceAttributes */
export interface NonResourceAttributes {
  path?: string;
  verb?: string;
}

/** io.k8s.api.authorization.v1.NonResourceRule */
export interface NonResourceRule {
  nonResourceURLs?: string[];
  verbs: string[];
}

/** io.k8s.api.authorization.v1.ResourceAttributes */
export interface ResourceAttributes {
  fieldSelector?: FieldSelectorAttributes;
  group?: string;
  labelSelector?: LabelSelectorAttributes;
  name?: string;
  namespace?: string;
  resource?: string;
  subresource?: string;
  verb?: string;
  version?: string;
}

/** io.k8s.api.authorization.v1.ResourceRule */
export interface ResourceRule {
  apiGroups?: string[];
  resourceNames?: string[];
  resources?: string[];
  verbs: string[];
}

/** io.k8s.api.authorization.v1.SelfSubjectAccessReview */
export interface SelfSubjectAccessReview {
  apiVersion: string;
  kind: string;
  metadata: ObjectMeta;
  spec: SelfSubjectAccessReviewSpec;
  status: SubjectAccessReviewStatus;
}

/** io.k8s.api.authorization.v1.SelfSubjectAccessReviewSpec */
export interface SelfSubjectAccessReviewSpec {
  nonResourceAttributes?: NonResourceAttributes;
  resourceAttributes?: ResourceAttributes;
}

/** io.k8s.api.authorization.v1.SelfSubjectRulesReview */
export interface SelfSubjectRulesReview {
  apiVersion: string;
  kind: string;
  metadata: ObjectMeta;
  spec: SelfSubjectRulesReviewSpec;
  status: SubjectRulesReviewStatus;
}

/** io.k8s.api.authorization.v1.SelfSubjectRulesReviewSpec */
export interface SelfSubjectRulesReviewSpec {
  namespace?: string;
}

/** io.k8s.api.authorization.v1.SubjectAccessReview */
export interface SubjectAccessReview {
  apiVersion: string;
  kind: string;
  metadata: ObjectMeta;
  spec: SubjectAccessReviewSpec;
  status: SubjectAccessReviewStatus;
}

/** io.k8s.api.authorization.v1.SubjectAccessReviewSpec */
export interface SubjectAccessReviewSpec {
  extra?: Record<string, string[]>;
  groups?: string[];
  nonResourceAttributes?: NonResourceAttributes;
  resourceAttributes?: ResourceAttributes;
  uid?: string;
  user?: string;
}

/** io.k8s.api.authorization.v1.SubjectAccessReviewStatus */
export interface SubjectAccessReviewStatus {
  allowed: boolean;
  denied?: boolean;
  evaluationError?: string;
  reason?: string;
}

/** io.k8s.api.authorization.v1.SubjectRulesReviewStatus */
export interface SubjectRulesReviewStatus {
  evaluationError?: string;
  incomplete: boolean;
  nonResourceRules: NonResourceRule[];
  resourceRules: ResourceRule[];
}

/** io.k8s.apimachinery.pkg.apis.meta.v1.FieldSelectorRequirement */
export interface FieldSelectorRequirement {
  key: string;
  operator: string;
  values?: string[];
}

/** io.k8s.api.autoscaling.v1.CrossVersionObjectReference */
export interface AutoscalingCrossVersionObjectReference {
  apiVersion?: string;
  kind: string;
  name: string;
}

/** io.k8s.api.autoscaling.v1.HorizontalPodAutoscaler */
export interface AutoscalingHorizontalPodAutoscaler {
  apiVersion: string;
  kind: string;
  metadata: ObjectMeta;
  spec: AutoscalingHorizontalPodAutoscalerSpec;
  status: AutoscalingHorizontalPodAutoscalerStatus;
}

/** io.k8s.api.autoscaling.v1.HorizontalPodAutoscalerList */
export interface AutoscalingHorizontalPodAutoscalerList {
  apiVersion: string;
  items: AutoscalingHorizontalPodAutoscaler[];
  kind: string;
  metadata: ListMeta;
}

/** io.k8s.api.autoscaling.v1.HorizontalPodAutoscalerSpec */
export interface AutoscalingHorizontalPodAutoscalerSpec {
  maxReplicas: number;
  minReplicas?: number;
  scaleTargetRef: AutoscalingCrossVersionObjectReference;
  targetCPUUtilizationPercentage?: number;
}

/** io.k8s.api.autoscaling.v1.HorizontalPodAutoscalerStatus */
export interface AutoscalingHorizontalPodAutoscalerStatus {
  currentCPUUtilizationPercentage?: number;
  currentReplicas: number;
  desiredReplicas: number;
  lastScaleTime?: string;
  observedGeneration?: number;
}

/** io.k8s.api.autoscaling.v2.ContainerResourceMetricSource */
export interface ContainerResourceMetricSource {
  container: string;
  name: string;
  target: MetricTarget;
}

/** io.k8s.api.autoscaling.v2.ContainerResourceMetricStatus */
export interface ContainerResourceMetricStatus {
  container: string;
  current: MetricValueStatus;
  name: string;
}

/** io.k8s.api.autoscaling.v2.CrossVersionObjectReference */
export interface CrossVersionObjectReference {
  apiVersion?: string;
  kind: string;
  name: string;
}

/** io.k8s.api.autoscaling.v2.ExternalMetricSource */
export interface ExternalMetricSource {
  metric: MetricIdentifier;
  target: MetricTarget;
}

/** io.k8s.api.autoscaling.v2.ExternalMetricStatus */
export interface ExternalMetricStatus {
  current: MetricValueStatus;
  metric: MetricIdentifier;
}

/** io.k8s.api.autoscaling.v2.HPAScalingPolicy */
export interface HPAScalingPolicy {
  periodSeconds: number;
  type: string;
  value: number;
}

/** io.k8s.api.autoscaling.v2.HPAScalingRules */
export interface HPAScalingRules {
  policies?: HPAScalingPolicy[];
  selectPolicy?: string;
  stabilizationWindowSeconds?: number;
  tolerance?: string;
}

/** io.k8s.api.autoscaling.v2.HorizontalPodAutoscaler */
export interface HorizontalPodAutoscaler {
  apiVersion: string;
  kind: string;
  metadata: ObjectMeta;
  spec: HorizontalPodAutoscalerSpec;
  status: HorizontalPodAutoscalerStatus;
}

/** io.k8s.api.autoscaling.v2.HorizontalPodAutoscalerBehavior */
export interface HorizontalPodAutoscalerBehavior {
  scaleDown?: HPAScalingRules;
  scaleUp?: HPAScalingRules;
}

/** io.k8s.api.autoscaling.v2.HorizontalPodAutoscalerCondition */
export interface HorizontalPodAutoscalerCondition {
  lastTransitionTime?: string;
  message?: string;
  reason?: string;
  status: string;
  type: string;
}

/** io.k8s.api.autoscaling.v2.HorizontalPodAutoscalerList */
export interface HorizontalPodAutoscalerList {
  apiVersion: string;
  items: HorizontalPodAutoscaler[];
  kind: string;
  metadata: ListMeta;
}

/** io.k8s.api.autoscaling.v2.HorizontalPodAutoscalerSpec */
export interface HorizontalPodAutoscalerSpec {
  behavior?: HorizontalPodAutoscalerBehavior;
  maxReplicas: number;
  metrics?: MetricSpec[];
  minReplicas?: number;
  scaleTargetRef: CrossVersionObjectReference;
}

/** io.k8s.api.autoscaling.v2.HorizontalPodAutoscalerStatus */
export interface HorizontalPodAutoscalerStatus {
  conditions?: HorizontalPodAutoscalerCondition[];
  currentMetrics?: MetricStatus[];
  currentReplicas?: number;
  desiredReplicas: number;
  lastScaleTime?: string;
  observedGeneration?: number;
}

/** io.k8s.api.autoscaling.v2.MetricIdentifier */
export interface MetricIdentifier {
  name: string;
  selector?: LabelSelector;
}

/** io.k8s.api.autoscaling.v2.MetricSpec */
export interface MetricSpec {
  containerResource?: ContainerResourceMetricSource;
  external?: ExternalMetricSource;
  object?: ObjectMetricSource;
  pods?: PodsMetricSource;
  resource?: ResourceMetricSource;
  type: string;
}

/** io.k8s.api.autoscaling.v2.MetricStatus */
export interface MetricStatus {
  containerResource?: ContainerResourceMetricStatus;
  external?: ExternalMetricStatus;
  object?: ObjectMetricStatus;
  pods?: PodsMetricStatus;
  resource?: ResourceMetricStatus;
  type: string;
}

/** io.k8s.api.autoscaling.v2.MetricTarget */
export interface MetricTarget {
  averageUtilization?: number;
  averageValue?: string;
  type: string;
  value?: string;
}

/** io.k8s.api.autoscaling.v2.MetricValueStatus */
export interface MetricValueStatus {
  averageUtilization?: number;
  averageValue?: string;
  value?: string;
}

/** io.k8s.api.autoscaling.v2.ObjectMetricSource */
export interface ObjectMetricSource {
  describedObject: CrossVersionObjectReference;
  metric: MetricIdentifier;
  target: MetricTarget;
}

/** io.k8s.api.autoscaling.v2.ObjectMetricStatus */
export interface ObjectMetricStatus {
  current: MetricValueStatus;
  describedObject: CrossVersionObjectReference;
  metric: MetricIdentifier;
}

/** io.k8s.api.autoscaling.v2.PodsMetricSource */
export interface PodsMetricSource {
  metric: MetricIdentifier;
  target: MetricTarget;
}

/** io.k8s.api.autoscaling.v2.PodsMetricStatus */
export interface PodsMetricStatus {
  current: MetricValueStatus;
  metric: MetricIdentifier;
}

/** io.k8s.api.autoscaling.v2.ResourceMetricSource */
export interface ResourceMetricSource {
  name: string;
  target: MetricTarget;
}

/** io.k8s.api.autoscaling.v2.ResourceMetricStatus */
export interface ResourceMetricStatus {
  current: MetricValueStatus;
  name: string;
}

/** io.k8s.api.batch.v1.CronJob */
export interface CronJob {
  apiVersion: string;
  kind: string;
  metadata: ObjectMeta;
  spec: CronJobSpec;
  status: CronJobStatus;
}

/** io.k8s.api.batch.v1.CronJobList */
export interface CronJobList {
  apiVersion: string;
  items: CronJob[];
  kind: string;
  metadata: ListMeta;
}

/** io.k8s.api.batch.v1.CronJobSpec */
export interface CronJobSpec {
  concurrencyPolicy?: "Allow" | "Forbid" | "Replace";
  failedJobsHistoryLimit?: number;
  jobTemplate: JobTemplateSpec;
  schedule: string;
  startingDeadlineSeconds?: number;
  successfulJobsHistoryLimit?: number;
  suspend?: boolean;
  timeZone?: string;
}

/** io.k8s.api.batch.v1.CronJobStatus */
export interface CronJobStatus {
  active?: ObjectReference[];
  lastScheduleTime?: string;
  lastSuccessfulTime?: string;
}

/** io.k8s.api.batch.v1.Job */
export interface Job {
  apiVersion: string;
  kind: string;
  metadata: ObjectMeta;
  spec: JobSpec;
  status: JobStatus;
}

/** io.k8s.api.batch.v1.JobCondition */
export interface JobCondition {
  lastProbeTime?: string;
  lastTransitionTime?: string;
  message?: string;
  reason?: string;
  status: string;
  type: string;
}

/** io.k8s.api.batch.v1.JobList */
export interface JobList {
  apiVersion: string;
  items: Job[];
  kind: string;
  metadata: ListMeta;
}

/** io.k8s.api.batch.v1.JobSpec */
export interface JobSpec {
  activeDeadlineSeconds?: number;
  backoffLimit?: number;
  backoffLimitPerIndex?: number;
  completionMode?: "Indexed" | "NonIndexed";
  completions?: number;
  managedBy?: string;
  manualSelector?: boolean;
  maxFailedIndexes?: number;
  parallelism?: number;
  podFailurePolicy?: PodFailurePolicy;
  podReplacementPolicy?: "Failed" | "TerminatingOrFailed";
  selector?: LabelSelector;
  successPolicy?: SuccessPolicy;
  suspend?: boolean;
  template: PodTemplateSpec;
  ttlSecondsAfterFinished?: number;
}

/** io.k8s.api.batch.v1.JobStatus */
export interface JobStatus {
  active?: number;
  completedIndexes?: string;
  completionTime?: string;
  conditions?: JobCondition[];
  failed?: number;
  failedIndexes?: string;
  ready?: number;
  startTime?: string;
  succeeded?: number;
  terminating?: number;
  uncountedTerminatedPods?: UncountedTerminatedPods;
}

/** io.k8s.api.batch.v1.JobTemplateSpec */
export interface JobTemplateSpec {
  metadata?: Partial<ObjectMeta>;
  spec?: JobSpec;
}

/** io.k8s.api.batch.v1.PodFailurePolicy */
export interface PodFailurePolicy {
  rules: PodFailurePolicyRule[];
}

/** io.k8s.api.batch.v1.PodFailurePolicyOnExitCodesRequirement */
export interface PodFailurePolicyOnExitCodesRequirement {
  containerName?: string;
  operator: "In" | "NotIn";
  values: number[];
}

/** io.k8s.api.batch.v1.PodFailurePolicyOnPodConditionsPattern */
export interface PodFailurePolicyOnPodConditionsPattern {
  status?: string;
  type: string;
}

/** io.k8s.api.batch.v1.PodFailurePolicyRule */
export interface PodFailurePolicyRule {
  action: "Count" | "FailIndex" | "FailJob" | "Ignore";
  onExitCodes?: PodFailurePolicyOnExitCodesRequirement;
  onPodConditions?: PodFailurePolicyOnPodConditionsPattern[];
}

/** io.k8s.api.batch.v1.SuccessPolicy */
export interface SuccessPolicy {
  rules: SuccessPolicyRule[];
}

/** io.k8s.api.batch.v1.SuccessPolicyRule */
export interface SuccessPolicyRule {
  succeededCount?: number;
  succeededIndexes?: string;
}

/** io.k8s.api.batch.v1.UncountedTerminatedPods */
export interface UncountedTerminatedPods {
  failed?: string[];
  succeeded?: string[];
}

/** io.k8s.api.certificates.v1.CertificateSigningRequest */
export interface CertificateSigningRequest {
  apiVersion: string;
  kind: string;
  metadata: ObjectMeta;
  spec: CertificateSigningRequestSpec;
  status: CertificateSigningRequestStatus;
}

/** io.k8s.api.certificates.v1.CertificateSigningRequestCondition */
export interface CertificateSigningRequestCondition {
  lastTransitionTime?: string;
  lastUpdateTime?: string;
  message?: string;
  reason?: string;
  status: string;
  type: string;
}

/** io.k8s.api.certificates.v1.CertificateSigningRequestList */
export interface CertificateSigningRequestList {
  apiVersion: string;
  items: CertificateSigningRequest[];
  kind: string;
  metadata: ListMeta;
}

/** io.k8s.api.certificates.v1.CertificateSigningRequestSpec */
export interface CertificateSigningRequestSpec {
  expirationSeconds?: number;
  extra?: Record<string, string[]>;
  groups?: string[];
  request: string;
  signerName: string;
  uid?: string;
  usages?: ("any" | "cert sign" | "client auth" | "code signing" | "content commitment" | "crl sign" | "data encipherment" | "decipher only" | "digital signature" | "email protection" | "encipher only" | "ipsec end system" | "ipsec tunnel" | "ipsec user" | "key agreement" | "key encipherment" | "microsoft sgc" | "netscape sgc" | "ocsp signing" | "s/mime" | "server auth" | "signing" | "timestamping")[];
  username?: string;
}

/** io.k8s.api.certificates.v1.CertificateSigningRequestStatus */
export interface CertificateSigningRequestStatus {
  certificate?: string;
  conditions?: CertificateSigningRequestCondition[];
}

/** io.k8s.api.coordination.v1.Lease */
export interface Lease {
  apiVersion: string;
  kind: string;
  metadata: ObjectMeta;
  spec: LeaseSpec;
}

/** io.k8s.api.coordination.v1.LeaseList */
export interface LeaseList {
  apiVersion: string;
  items: Lease[];
  kind: string;
  metadata: ListMeta;
}

/** io.k8s.api.coordination.v1.LeaseSpec */
export interface LeaseSpec {
  acquireTime?: string;
  holderIdentity?: string;
  leaseDurationSeconds?: number;
  leaseTransitions?: number;
  preferredHolder?: string;
  renewTime?: string;
  strategy?: string;
}

/** io.k8s.api.discovery.v1.Endpoint */
export interface Endpoint {
  addresses: string[];
  conditions?: EndpointConditions;
  deprecatedTopology?: Record<string, string>;
  hints?: EndpointHints;
  hostname?: string;
  nodeName?: string;
  targetRef?: ObjectReference;
  zone?: string;
}

/** io.k8s.api.discovery.v1.EndpointConditions */
export interface EndpointConditions {
  ready?: boolean;
  serving?: boolean;
  terminating?: boolean;
}

/** io.k8s.api.discovery.v1.EndpointHints */
export interface EndpointHints {
  forNodes?: ForNode[];
  forZones?: ForZone[];
}

/** io.k8s.api.discovery.v1.EndpointPort */
export interface DiscoveryEndpointPort {
  appProtocol?: string;
  name?: string;
  port?: number;
  protocol?: "SCTP" | "TCP" | "UDP";
}

/** io.k8s.api.discovery.v1.EndpointSlice */
export interface EndpointSlice {
  addressType: "FQDN" | "IPv4" | "IPv6";
  apiVersion: string;
  endpoints?: Endpoint[];
  kind: string;
  metadata: ObjectMeta;
  ports?: DiscoveryEndpointPort[];
}

/** io.k8s.api.discovery.v1.EndpointSliceList */
export interface EndpointSliceList {
  apiVersion: string;
  items: EndpointSlice[];
  kind: string;
  metadata: ListMeta;
}

/** io.k8s.api.discovery.v1.ForNode */
export interface ForNode {
  name: string;
}

/** io.k8s.api.discovery.v1.ForZone */
export interface ForZone {
  name: string;
}

/** io.k8s.api.events.v1.Event */
export interface EventsEvent {
  action?: string;
  apiVersion: string;
  deprecatedCount?: number;
  deprecatedFirstTimestamp?: string;
  deprecatedLastTimestamp?: string;
  deprecatedSource: EventSource;
  eventTime: string;
  kind: string;
  metadata: ObjectMeta;
  note?: string;
  reason?: string;
  regarding: ObjectReference;
  related?: ObjectReference;
  reportingController?: string;
  reportingInstance?: string;
  series?: EventsEventSeries;
  type?: string;
}

/** io.k8s.api.events.v1.EventList */
export interface EventsEventList {
  apiVersion: string;
  items: EventsEvent[];
  kind: string;
  metadata: ListMeta;
}

/** io.k8s.api.events.v1.EventSeries */
export interface EventsEventSeries {
  count: number;
  lastObservedTime: string;
}

/** io.k8s.api.flowcontrol.v1.ExemptPriorityLevelConfiguration */
export interface ExemptPriorityLevelConfiguration {
  lendablePercent?: number;
  nominalConcurrencyShares?: number;
}

/** io.k8s.api.flowcontrol.v1.FlowDistinguisherMethod */
export interface FlowDistinguisherMethod {
  type: string;
}

/** io.k8s.api.flowcontrol.v1.FlowSchema */
export interface FlowSchema {
  apiVersion: string;
  kind: string;
  metadata: ObjectMeta;
  spec: FlowSchemaSpec;
  status: FlowSchemaStatus;
}

/** io.k8s.api.flowcontrol.v1.FlowSchemaCondition */
export interface FlowSchemaCondition {
  lastTransitionTime?: string;
  message?: string;
  reason?: string;
  status?: string;
  type?: string;
}

/** io.k8s.api.flowcontrol.v1.FlowSchemaList */
export interface FlowSchemaList {
  apiVersion: string;
  items: FlowSchema[];
  kind: string;
  metadata: ListMeta;
}

/** io.k8s.api.flowcontrol.v1.FlowSchemaSpec */
export interface FlowSchemaSpec {
  distinguisherMethod?: FlowDistinguisherMethod;
  matchingPrecedence?: number;
  priorityLevelConfiguration: PriorityLevelConfigurationReference;
  rules?: PolicyRulesWithSubjects[];
}

/** io.k8s.api.flowcontrol.v1.FlowSchemaStatus */
export interface FlowSchemaStatus {
  conditions?: FlowSchemaCondition[];
}

/** io.k8s.api.flowcontrol.v1.GroupSubject */
export interface GroupSubject {
  name: string;
}

/** io.k8s.api.flowcontrol.v1.LimitResponse */
export interface LimitResponse {
  queuing?: QueuingConfiguration;
  type: string;
}

/** io.k8s.api.flowcontrol.v1.LimitedPriorityLevelConfiguration */
export interface LimitedPriorityLevelConfiguration {
  borrowingLimitPercent?: number;
  lendablePercent?: number;
  limitResponse?: LimitResponse;
  nominalConcurrencyShares?: number;
}

/** io.k8s.api.flowcontrol.v1.NonResourcePolicyRule */
export interface NonResourcePolicyRule {
  nonResourceURLs: string[];
  verbs: string[];
}

/** io.k8s.api.flowcontrol.v1.PolicyRulesWithSubjects */
export interface PolicyRulesWithSubjects {
  nonResourceRules?: NonResourcePolicyRule[];
  resourceRules?: ResourcePolicyRule[];
  subjects: Subject[];
}

/** io.k8s.api.flowcontrol.v1.PriorityLevelConfiguration */
export interface PriorityLevelConfiguration {
  apiVersion: string;
  kind: string;
  metadata: ObjectMeta;
  spec: PriorityLevelConfigurationSpec;
  status: PriorityLevelConfigurationStatus;
}

/** io.k8s.api.flowcontrol.v1.PriorityLevelConfigurationCondition */
export interface PriorityLevelConfigurationCondition {
  lastTransitionTime?: string;
  message?: string;
  reason?: string;
  status?: string;
  type?: string;
}

/** io.k8s.api.flowcontrol.v1.PriorityLevelConfigurationList */
export interface PriorityLevelConfigurationList {
  apiVersion: string;
  items: PriorityLevelConfiguration[];
  kind: string;
  metadata: ListMeta;
}

/** io.k8s.api.flowcontrol.v1.PriorityLevelConfigurationReference */
export interface PriorityLevelConfigurationReference {
  name: string;
}

/** io.k8s.api.flowcontrol.v1.PriorityLevelConfigurationSpec */
export interface PriorityLevelConfigurationSpec {
  exempt?: ExemptPriorityLevelConfiguration;
  limited?: LimitedPriorityLevelConfiguration;
  type: string;
}

/** io.k8s.api.flowcontrol.v1.PriorityLevelConfigurationStatus */
export interface PriorityLevelConfigurationStatus {
  conditions?: PriorityLevelConfigurationCondition[];
}

/** io.k8s.api.flowcontrol.v1.QueuingConfiguration */
export interface QueuingConfiguration {
  handSize?: number;
  queueLengthLimit?: number;
  queues?: number;
}

/** io.k8s.api.flowcontrol.v1.ResourcePolicyRule */
export interface ResourcePolicyRule {
  apiGroups: string[];
  clusterScope?: boolean;
  namespaces?: string[];
  resources: string[];
  verbs: string[];
}

/** io.k8s.api.flowcontrol.v1.ServiceAccountSubject */
export interface ServiceAccountSubject {
  name: string;
  namespace: string;
}

/** io.k8s.api.flowcontrol.v1.Subject */
export interface Subject {
  group?: GroupSubject;
  kind: string;
  serviceAccount?: ServiceAccountSubject;
  user?: UserSubject;
}

/** io.k8s.api.flowcontrol.v1.UserSubject */
export interface UserSubject {
  name: string;
}

/** io.k8s.api.networking.v1.HTTPIngressPath */
export interface HTTPIngressPath {
  backend: IngressBackend;
  path?: string;
  pathType: "Exact" | "ImplementationSpecific" | "Prefix";
}

/** io.k8s.api.networking.v1.HTTPIngressRuleValue */
export interface HTTPIngressRuleValue {
  paths: HTTPIngressPath[];
}

/** io.k8s.api.networking.v1.IPAddress */
export interface IPAddress {
  apiVersion: string;
  kind: string;
  metadata: ObjectMeta;
  spec: IPAddressSpec;
}

/** io.k8s.api.networking.v1.IPAddressList */
export interface IPAddressList {
  apiVersion: string;
  items: IPAddress[];
  kind: string;
  metadata: ListMeta;
}

/** io.k8s.api.networking.v1.IPAddressSpec */
export interface IPAddressSpec {
  parentRef: ParentReference;
}

/** io.k8s.api.networking.v1.IPBlock */
export interface IPBlock {
  cidr: string;
  except?: string[];
}

/** io.k8s.api.networking.v1.Ingress */
export interface Ingress {
  apiVersion: string;
  kind: string;
  metadata: ObjectMeta;
  spec: IngressSpec;
  status: IngressStatus;
}

/** io.k8s.api.networking.v1.IngressBackend */
export interface IngressBackend {
  resource?: TypedLocalObjectReference;
  service?: IngressServiceBackend;
}

/** io.k8s.api.networking.v1.IngressClass */
export interface IngressClass {
  apiVersion: string;
  kind: string;
  metadata: ObjectMeta;
  spec: IngressClassSpec;
}

/** io.k8s.api.networking.v1.IngressClassList */
export interface IngressClassList {
  apiVersion: string;
  items: IngressClass[];
  kind: string;
  metadata: ListMeta;
}

/** io.k8s.api.networking.v1.IngressClassParametersReference */
export interface IngressClassParametersReference {
  apiGroup?: string;
  kind: string;
  name: string;
  namespace?: string;
  scope?: string;
}

/** io.k8s.api.networking.v1.IngressClassSpec */
export interface IngressClassSpec {
  controller?: string;
  parameters?: IngressClassParametersReference;
}

/** io.k8s.api.networking.v1.IngressList */
export interface IngressList {
  apiVersion: string;
  items: Ingress[];
  kind: string;
  metadata: ListMeta;
}

/** io.k8s.api.networking.v1.IngressLoadBalancerIngress */
export interface IngressLoadBalancerIngress {
  hostname?: string;
  ip?: string;
  ports?: IngressPortStatus[];
}

/** io.k8s.api.networking.v1.IngressLoadBalancerStatus */
export interface IngressLoadBalancerStatus {
  ingress?: IngressLoadBalancerIngress[];
}

/** io.k8s.api.networking.v1.IngressPortStatus */
export interface IngressPortStatus {
  error?: string;
  port: number;
  protocol: "SCTP" | "TCP" | "UDP";
}

/** io.k8s.api.networking.v1.IngressRule */
export interface IngressRule {
  host?: string;
  http?: HTTPIngressRuleValue;
}

/** io.k8s.api.networking.v1.IngressServiceBackend */
export interface IngressServiceBackend {
  name: string;
  port?: ServiceBackendPort;
}

/** io.k8s.api.networking.v1.IngressSpec */
export interface IngressSpec {
  defaultBackend?: IngressBackend;
  ingressClassName?: string;
  rules?: IngressRule[];
  tls?: IngressTLS[];
}

/** io.k8s.api.networking.v1.IngressStatus */
export interface IngressStatus {
  loadBalancer?: IngressLoadBalancerStatus;
}

/** io.k8s.api.networking.v1.IngressTLS */
export interface IngressTLS {
  hosts?: string[];
  secretName?: string;
}

/** io.k8s.api.networking.v1.NetworkPolicy */
export interface NetworkPolicy {
  apiVersion: string;
  kind: string;
  metadata: ObjectMeta;
  spec: NetworkPolicySpec;
}

/** io.k8s.api.networking.v1.NetworkPolicyEgressRule */
export interface NetworkPolicyEgressRule {
  ports?: NetworkPolicyPort[];
  to?: NetworkPolicyPeer[];
}

/** io.k8s.api.networking.v1.NetworkPolicyIngressRule */
export interface NetworkPolicyIngressRule {
  from?: NetworkPolicyPeer[];
  ports?: NetworkPolicyPort[];
}

/** io.k8s.api.networking.v1.NetworkPolicyList */
export interface NetworkPolicyList {
  apiVersion: string;
  items: NetworkPolicy[];
  kind: string;
  metadata: ListMeta;
}

/** io.k8s.api.networking.v1.NetworkPolicyPeer */
export interface NetworkPolicyPeer {
  ipBlock?: IPBlock;
  namespaceSelector?: LabelSelector;
  podSelector?: LabelSelector;
}

/** io.k8s.api.networking.v1.NetworkPolicyPort */
export interface NetworkPolicyPort {
  endPort?: number;
  port?: number | string;
  protocol?: "SCTP" | "TCP" | "UDP";
}

/** io.k8s.api.networking.v1.NetworkPolicySpec */
export interface NetworkPolicySpec {
  egress?: NetworkPolicyEgressRule[];
  ingress?: NetworkPolicyIngressRule[];
  podSelector?: LabelSelector;
  policyTypes?: ("Egress" | "Ingress")[];
}

/** io.k8s.api.networking.v1.ParentReference */
export interface ParentReference {
  group?: string;
  name: string;
  namespace?: string;
  resource: string;
}

/** io.k8s.api.networking.v1.ServiceBackendPort */
export interface ServiceBackendPort {
  name?: string;
  number?: number;
}

/** io.k8s.api.networking.v1.ServiceCIDR */
export interface ServiceCIDR {
  apiVersion: string;
  kind: string;
  metadata: ObjectMeta;
  spec: ServiceCIDRSpec;
  status: ServiceCIDRStatus;
}

/** io.k8s.api.networking.v1.ServiceCIDRList */
export interface ServiceCIDRList {
  apiVersion: string;
  items: ServiceCIDR[];
  kind: string;
  metadata: ListMeta;
}

/** io.k8s.api.networking.v1.ServiceCIDRSpec */
export interface ServiceCIDRSpec {
  cidrs?: string[];
}

/** io.k8s.api.networking.v1.ServiceCIDRStatus */
export interface ServiceCIDRStatus {
  conditions?: Condition[];
}

/** io.k8s.api.node.v1.Overhead */
export interface Overhead {
  podFixed?: Record<string, string>;
}

/** io.k8s.api.node.v1.RuntimeClass */
export interface RuntimeClass {
  apiVersion: string;
  handler: string;
  kind: string;
  metadata: ObjectMeta;
  overhead?: Overhead;
  scheduling?: Scheduling;
}

/** io.k8s.api.node.v1.RuntimeClassList */
export interface RuntimeClassList {
  apiVersion: string;
  items: RuntimeClass[];
  kind: string;
  metadata: ListMeta;
}

/** io.k8s.api.node.v1.Scheduling */
export interface Scheduling {
  nodeSelector?: Record<string, string>;
  tolerations?: Toleration[];
}

/** io.k8s.api.policy.v1.PodDisruptionBudget */
export interface PodDisruptionBudget {
  apiVersion: string;
  kind: string;
  metadata: ObjectMeta;
  spec: PodDisruptionBudgetSpec;
  status: PodDisruptionBudgetStatus;
}

/** io.k8s.api.policy.v1.PodDisruptionBudgetList */
export interface PodDisruptionBudgetList {
  apiVersion: string;
  items: PodDisruptionBudget[];
  kind: string;
  metadata: ListMeta;
}

/** io.k8s.api.policy.v1.PodDisruptionBudgetSpec */
export interface PodDisruptionBudgetSpec {
  maxUnavailable?: number | string;
  minAvailable?: number | string;
  selector?: LabelSelector;
  unhealthyPodEvictionPolicy?: "AlwaysAllow" | "IfHealthyBudget";
}

/** io.k8s.api.policy.v1.PodDisruptionBudgetStatus */
export interface PodDisruptionBudgetStatus {
  conditions?: Condition[];
  currentHealthy?: number;
  desiredHealthy?: number;
  disruptedPods?: Record<string, string>;
  disruptionsAllowed?: number;
  expectedPods?: number;
  observedGeneration?: number;
}

/** io.k8s.api.rbac.v1.AggregationRule */
export interface AggregationRule {
  clusterRoleSelectors?: LabelSelector[];
}

/** io.k8s.api.rbac.v1.ClusterRole */
export interface ClusterRole {
  aggregationRule?: AggregationRule;
  apiVersion: string;
  kind: string;
  metadata: ObjectMeta;
  rules?: PolicyRule[];
}

/** io.k8s.api.rbac.v1.ClusterRoleBinding */
export interface ClusterRoleBinding {
  apiVersion: string;
  kind: string;
  metadata: ObjectMeta;
  roleRef: RoleRef;
  subjects?: RbacSubject[];
}

/** io.k8s.api.rbac.v1.ClusterRoleBindingList */
export interface ClusterRoleBindingList {
  apiVersion: string;
  items: ClusterRoleBinding[];
  kind: string;
  metadata: ListMeta;
}

/** io.k8s.api.rbac.v1.ClusterRoleList */
export interface ClusterRoleList {
  apiVersion: string;
  items: ClusterRole[];
  kind: string;
  metadata: ListMeta;
}

/** io.k8s.api.rbac.v1.PolicyRule */
export interface PolicyRule {
  apiGroups?: string[];
  nonResourceURLs?: string[];
  resourceNames?: string[];
  resources?: string[];
  verbs: string[];
}

/** io.k8s.api.rbac.v1.Role */
export interface Role {
  apiVersion: string;
  kind: string;
  metadata: ObjectMeta;
  rules?: PolicyRule[];
}

/** io.k8s.api.rbac.v1.RoleBinding */
export interface RoleBinding {
  apiVersion: string;
  kind: string;
  metadata: ObjectMeta;
  roleRef: RoleRef;
  subjects?: RbacSubject[];
}

/** io.k8s.api.rbac.v1.RoleBindingList */
export interface RoleBindingList {
  apiVersion: string;
  items: RoleBinding[];
  kind: string;
  metadata: ListMeta;
}

/** io.k8s.api.rbac.v1.RoleList */
export interface RoleList {
  apiVersion: string;
  items: Role[];
  kind: string;
  metadata: ListMeta;
}

/** io.k8s.api.rbac.v1.RoleRef */
export interface RoleRef {
  apiGroup?: string;
  kind: string;
  name: string;
}

/** io.k8s.api.rbac.v1.Subject */
export interface RbacSubject {
  apiGroup?: string;
  kind: string;
  name: string;
  namespace?: string;
}

/** io.k8s.api.resource.v1.AllocatedDeviceStatus */
export interface AllocatedDeviceStatus {
  conditions?: Condition[];
  data?: Record<string, unknown>;
  device: string;
  driver: string;
  networkData?: NetworkDeviceData;
  pool: string;
  shareID?: string;
}

/** io.k8s.api.resource.v1.AllocationResult */
export interface AllocationResult {
  allocationTimestamp?: string;
  devices?: DeviceAllocationResult;
  nodeSelector?: NodeSelector;
}

/** io.k8s.api.resource.v1.CELDeviceSelector */
export interface CELDeviceSelector {
  expression: string;
}

/** io.k8s.api.resource.v1.CapacityRequestPolicy */
export interface CapacityRequestPolicy {
  default?: string;
  validRange?: CapacityRequestPolicyRange;
  validValues?: string[];
}

/** io.k8s.api.resource.v1.CapacityRequestPolicyRange */
export interface CapacityRequestPolicyRange {
  max?: string;
  min: string;
  step?: string;
}

/** io.k8s.api.resource.v1.CapacityRequirements */
export interface CapacityRequirements {
  requests?: Record<string, string>;
}

/** io.k8s.api.resource.v1.Counter */
export interface Counter {
  value: string;
}

/** io.k8s.api.resource.v1.CounterSet */
export interface CounterSet {
  counters: Record<string, Counter>;
  name: string;
}

/** io.k8s.api.resource.v1.Device */
export interface Device {
  allNodes?: boolean;
  allowMultipleAllocations?: boolean;
  attributes?: Record<string, DeviceAttribute>;
  bindingConditions?: string[];
  bindingFailureConditions?: string[];
  bindsToNode?: boolean;
  capacity?: Record<string, DeviceCapacity>;
  consumesCounters?: DeviceCounterConsumption[];
  name: string;
  nodeAllocatableResourceMappings?: Record<string, NodeAllocatableResourceMapping>;
  nodeName?: string;
  nodeSelector?: NodeSelector;
  taints?: DeviceTaint[];
}

/** io.k8s.api.resource.v1.DeviceAllocationConfiguration */
export interface DeviceAllocationConfiguration {
  opaque?: OpaqueDeviceConfiguration;
  requests?: string[];
  source: "FromClaim" | "FromClass";
}

/** io.k8s.api.resource.v1.DeviceAllocationResult */
export interface DeviceAllocationResult {
  config?: DeviceAllocationConfiguration[];
  results?: DeviceRequestAllocationResult[];
}

/** io.k8s.api.resource.v1.DeviceAttribute */
export interface DeviceAttribute {
  bool?: boolean;
  bools?: boolean[];
  int?: number;
  ints?: number[];
  string?: string;
  strings?: string[];
  version?: string;
  versions?: string[];
}

/** io.k8s.api.resource.v1.DeviceCapacity */
export interface DeviceCapacity {
  requestPolicy?: CapacityRequestPolicy;
  value: string;
}

/** io.k8s.api.resource.v1.DeviceClaim */
export interface DeviceClaim {
  config?: DeviceClaimConfiguration[];
  constraints?: DeviceConstraint[];
  requests?: DeviceRequest[];
}

/** io.k8s.api.resource.v1.DeviceClaimConfiguration */
export interface DeviceClaimConfiguration {
  opaque?: OpaqueDeviceConfiguration;
  requests?: string[];
}

/** io.k8s.api.resource.v1.DeviceClass */
export interface DeviceClass {
  apiVersion: string;
  kind: string;
  metadata: ObjectMeta;
  spec: DeviceClassSpec;
}

/** io.k8s.api.resource.v1.DeviceClassConfiguration */
export interface DeviceClassConfiguration {
  opaque?: OpaqueDeviceConfiguration;
}

/** io.k8s.api.resource.v1.DeviceClassList */
export interface DeviceClassList {
  apiVersion: string;
  items: DeviceClass[];
  kind: string;
  metadata: ListMeta;
}

/** io.k8s.api.resource.v1.DeviceClassSpec */
export interface DeviceClassSpec {
  config?: DeviceClassConfiguration[];
  extendedResourceName?: string;
  selectors?: DeviceSelector[];
}

/** io.k8s.api.resource.v1.DeviceConstraint */
export interface DeviceConstraint {
  distinctAttribute?: string;
  matchAttribute?: string;
  requests?: string[];
}

/** io.k8s.api.resource.v1.DeviceCounterConsumption */
export interface DeviceCounterConsumption {
  counterSet: string;
  counters: Record<string, Counter>;
}

/** io.k8s.api.resource.v1.DeviceRequest */
export interface DeviceRequest {
  exactly?: ExactDeviceRequest;
  firstAvailable?: DeviceSubRequest[];
  name: string;
}

/** io.k8s.api.resource.v1.DeviceRequestAllocationResult */
export interface DeviceRequestAllocationResult {
  adminAccess?: boolean;
  bindingConditions?: string[];
  bindingFailureConditions?: string[];
  consumedCapacity?: Record<string, string>;
  device: string;
  driver: string;
  pool: string;
  request: string;
  shareID?: string;
  tolerations?: DeviceToleration[];
}

/** io.k8s.api.resource.v1.DeviceSelector */
export interface DeviceSelector {
  cel?: CELDeviceSelector;
}

/** io.k8s.api.resource.v1.DeviceSubRequest */
export interface DeviceSubRequest {
  allocationMode?: "All" | "ExactCount";
  capacity?: CapacityRequirements;
  count?: number;
  deviceClassName: string;
  name: string;
  selectors?: DeviceSelector[];
  tolerations?: DeviceToleration[];
}

/** io.k8s.api.resource.v1.DeviceTaint */
export interface DeviceTaint {
  effect: "NoExecute" | "NoSchedule" | "None";
  key: string;
  timeAdded?: string;
  value?: string;
}

/** io.k8s.api.resource.v1.DeviceToleration */
export interface DeviceToleration {
  effect?: "NoExecute" | "NoSchedule" | "None";
  key?: string;
  operator?: "Equal" | "Exists";
  tolerationSeconds?: number;
  value?: string;
}

/** io.k8s.api.resource.v1.ExactDeviceRequest */
export interface ExactDeviceRequest {
  adminAccess?: boolean;
  allocationMode?: "All" | "ExactCount";
  capacity?: CapacityRequirements;
  count?: number;
  deviceClassName: string;
  selectors?: DeviceSelector[];
  tolerations?: DeviceToleration[];
}

/** io.k8s.api.resource.v1.NetworkDeviceData */
export interface NetworkDeviceData {
  hardwareAddress?: string;
  interfaceName?: string;
  ips?: string[];
}

/** io.k8s.api.resource.v1.NodeAllocatableResourceMapping */
export interface NodeAllocatableResourceMapping {
  allocationMultiplier?: string;
  capacityKey?: string;
}

/** io.k8s.api.resource.v1.OpaqueDeviceConfiguration */
export interface OpaqueDeviceConfiguration {
  driver: string;
  parameters: Record<string, unknown>;
}

/** io.k8s.api.resource.v1.ResourceClaim */
export interface ResourceResourceClaim {
  apiVersion: string;
  kind: string;
  metadata: ObjectMeta;
  spec: ResourceClaimSpec;
  status: ResourceClaimStatus;
}

/** io.k8s.api.resource.v1.ResourceClaimConsumerReference */
export interface ResourceClaimConsumerReference {
  apiGroup?: string;
  name: string;
  resource: string;
  uid: string;
}

/** io.k8s.api.resource.v1.ResourceClaimList */
export interface ResourceClaimList {
  apiVersion: string;
  items: ResourceResourceClaim[];
  kind: string;
  metadata: ListMeta;
}

/** io.k8s.api.resource.v1.ResourceClaimSpec */
export interface ResourceClaimSpec {
  devices?: DeviceClaim;
}

/** io.k8s.api.resource.v1.ResourceClaimStatus */
export interface ResourceClaimStatus {
  allocation?: AllocationResult;
  devices?: AllocatedDeviceStatus[];
  reservedFor?: ResourceClaimConsumerReference[];
}

/** io.k8s.api.resource.v1.ResourceClaimTemplate */
export interface ResourceClaimTemplate {
  apiVersion: string;
  kind: string;
  metadata: ObjectMeta;
  spec: ResourceClaimTemplateSpec;
}

/** io.k8s.api.resource.v1.ResourceClaimTemplateList */
export interface ResourceClaimTemplateList {
  apiVersion: string;
  items: ResourceClaimTemplate[];
  kind: string;
  metadata: ListMeta;
}

/** io.k8s.api.resource.v1.ResourceClaimTemplateSpec */
export interface ResourceClaimTemplateSpec {
  metadata?: Partial<ObjectMeta>;
  spec: ResourceClaimSpec;
}

/** io.k8s.api.resource.v1.ResourcePool */
export interface ResourcePool {
  generation: number;
  name: string;
  resourceSliceCount: number;
}

/** io.k8s.api.resource.v1.ResourceSlice */
export interface ResourceSlice {
  apiVersion: string;
  kind: string;
  metadata: ObjectMeta;
  spec: ResourceSliceSpec;
}

/** io.k8s.api.resource.v1.ResourceSliceList */
export interface ResourceSliceList {
  apiVersion: string;
  items: ResourceSlice[];
  kind: string;
  metadata: ListMeta;
}

/** io.k8s.api.resource.v1.ResourceSliceSpec */
export interface ResourceSliceSpec {
  allNodes?: boolean;
  devices?: Device[];
  driver: string;
  nodeName?: string;
  nodeSelector?: NodeSelector;
  perDeviceNodeSelection?: boolean;
  pool: ResourcePool;
  sharedCounters?: CounterSet[];
}

/** io.k8s.api.scheduling.v1.PriorityClass */
export interface PriorityClass {
  apiVersion: string;
  description?: string;
  globalDefault?: boolean;
  kind: string;
  metadata: ObjectMeta;
  preemptionPolicy?: "Never" | "PreemptLowerPriority";
  value: number;
}

/** io.k8s.api.scheduling.v1.PriorityClassList */
export interface PriorityClassList {
  apiVersion: string;
  items: PriorityClass[];
  kind: string;
  metadata: ListMeta;
}

/** io.k8s.api.core.v1.TopologySelectorLabelRequirement */
export interface TopologySelectorLabelRequirement {
  key: string;
  values: string[];
}

/** io.k8s.api.core.v1.TopologySelectorTerm */
export interface TopologySelectorTerm {
  matchLabelExpressions?: TopologySelectorLabelRequirement[];
}

/** io.k8s.api.storage.v1.CSIDriver */
export interface CSIDriver {
  apiVersion: string;
  kind: string;
  metadata: ObjectMeta;
  spec: CSIDriverSpec;
}

/** io.k8s.api.storage.v1.CSIDriverList */
export interface CSIDriverList {
  apiVersion: string;
  items: CSIDriver[];
  kind: string;
  metadata: ListMeta;
}

/** io.k8s.api.storage.v1.CSIDriverSpec */
export interface CSIDriverSpec {
  attachRequired?: boolean;
  fsGroupPolicy?: string;
  nodeAllocatableUpdatePeriodSeconds?: number;
  podInfoOnMount?: boolean;
  preventPodSchedulingIfMissing?: boolean;
  requiresRepublish?: boolean;
  seLinuxMount?: boolean;
  serviceAccountTokenInSecrets?: boolean;
  storageCapacity?: boolean;
  tokenRequests?: StorageTokenRequest[];
  volumeLifecycleModes?: string[];
}

/** io.k8s.api.storage.v1.CSINode */
export interface CSINode {
  apiVersion: string;
  kind: string;
  metadata: ObjectMeta;
  spec: CSINodeSpec;
}

/** io.k8s.api.storage.v1.CSINodeDriver */
export interface CSINodeDriver {
  allocatable?: VolumeNodeResources;
  name: string;
  nodeID: string;
  topologyKeys?: string[];
}

/** io.k8s.api.storage.v1.CSINodeList */
export interface CSINodeList {
  apiVersion: string;
  items: CSINode[];
  kind: string;
  metadata: ListMeta;
}

/** io.k8s.api.storage.v1.CSINodeSpec */
export interface CSINodeSpec {
  drivers: CSINodeDriver[];
}

/** io.k8s.api.storage.v1.CSIStorageCapacity */
export interface CSIStorageCapacity {
  apiVersion: string;
  capacity?: string;
  kind: string;
  maximumVolumeSize?: string;
  metadata: ObjectMeta;
  nodeTopology?: LabelSelector;
  storageClassName: string;
}

/** io.k8s.api.storage.v1.CSIStorageCapacityList */
export interface CSIStorageCapacityList {
  apiVersion: string;
  items: CSIStorageCapacity[];
  kind: string;
  metadata: ListMeta;
}

/** io.k8s.api.storage.v1.StorageClass */
export interface StorageClass {
  allowVolumeExpansion?: boolean;
  allowedTopologies?: TopologySelectorTerm[];
  apiVersion: string;
  kind: string;
  metadata: ObjectMeta;
  mountOptions?: string[];
  parameters?: Record<string, string>;
  provisioner: string;
  reclaimPolicy?: "Delete" | "Recycle" | "Retain";
  volumeBindingMode?: "Immediate" | "WaitForFirstConsumer";
}

/** io.k8s.api.storage.v1.StorageClassList */
export interface StorageClassList {
  apiVersion: string;
  items: StorageClass[];
  kind: string;
  metadata: ListMeta;
}

/** io.k8s.api.storage.v1.TokenRequest */
export interface StorageTokenRequest {
  audience: string;
  expirationSeconds?: number;
}

/** io.k8s.api.storage.v1.VolumeAttachment */
export interface VolumeAttachment {
  apiVersion: string;
  kind: string;
  metadata: ObjectMeta;
  spec: VolumeAttachmentSpec;
  status: VolumeAttachmentStatus;
}

/** io.k8s.api.storage.v1.VolumeAttachmentList */
export interface VolumeAttachmentList {
  apiVersion: string;
  items: VolumeAttachment[];
  kind: string;
  metadata: ListMeta;
}

/** io.k8s.api.storage.v1.VolumeAttachmentSource */
export interface VolumeAttachmentSource {
  inlineVolumeSpec?: PersistentVolumeSpec;
  persistentVolumeName?: string;
}

/** io.k8s.api.storage.v1.VolumeAttachmentSpec */
export interface VolumeAttachmentSpec {
  attacher: string;
  nodeName: string;
  source: VolumeAttachmentSource;
}

/** io.k8s.api.storage.v1.VolumeAttachmentStatus */
export interface VolumeAttachmentStatus {
  attachError?: VolumeError;
  attached: boolean;
  attachmentMetadata?: Record<string, string>;
  detachError?: VolumeError;
}

/** io.k8s.api.storage.v1.VolumeAttributesClass */
export interface VolumeAttributesClass {
  apiVersion: string;
  driverName: string;
  kind: string;
  metadata: ObjectMeta;
  parameters?: Record<string, string>;
}

/** io.k8s.api.storage.v1.VolumeAttributesClassList */
export interface VolumeAttributesClassList {
  apiVersion: string;
  items: VolumeAttributesClass[];
  kind: string;
  metadata: ListMeta;
}

/** io.k8s.api.storage.v1.VolumeError */
export interface VolumeError {
  errorCode?: number;
  message?: string;
  time?: string;
}

/** io.k8s.api.storage.v1.VolumeNodeResources */
export interface VolumeNodeResources {
  count?: number;
}

/** io.k8s.apimachinery.pkg.version.Info */
export interface Info {
  buildDate: string;
  compiler: string;
  emulationMajor?: string;
  emulationMinor?: string;
  gitCommit: string;
  gitTreeState: string;
  gitVersion: string;
  goVersion: string;
  major: string;
  minCompatibilityMajor?: string;
  minCompatibilityMinor?: string;
  minor: string;
  platform: string;
}
