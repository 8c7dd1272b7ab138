# Texts of desk. Keys and arguments are the same in en.ftl.

# Sentences that desk itself sends
desk-letter-commented = 《{ $about }》有新的评论
desk-letter-why-follow = 您关注了此事项
desk-letter-objection-upheld = 您对《{ $about }》的异议成立
desk-letter-objection-rejected = 您对《{ $about }》的异议未被采纳
desk-letter-why-objected = 您在公示期内提出了异议
desk-letter-open = 查看：
desk-letter-due = 截止时间：
desk-letter-why = 您收到此消息的原因：

# Refusals
problem-desk-file-empty = 文件是空的
problem-desk-file-empty-detail = 请选择有内容的文件。
problem-desk-file-too-large = 文件太大
problem-desk-file-too-large-detail = 单个文件不能超过 20 MiB。
problem-desk-file-no-name = 文件没有可用的名称
problem-desk-file-no-name-detail = 请给文件起一个名称后再上传。
problem-desk-file-other-kind = 不接受这种文件
problem-desk-file-other-kind-detail = “{ $name }”不在可上传的类型之内：pdf、png、jpg、docx、xlsx、txt、csv。
problem-desk-file-other-content = 文件内容与名称不符
problem-desk-file-other-content-detail = “{ $name }”的内容不是其扩展名所示的类型。含宏的 Office 文件不予接受；文本文件须为 UTF-8 编码。
problem-desk-document-removed = 该文件已被移除
problem-desk-document-removed-detail = 已移除的文件不能再更新。
problem-desk-reason-needed = 请填写理由
problem-desk-reason-needed-detail = 理由必填，不超过 2000 字。
problem-desk-prove-first = 请先验证身份
problem-desk-prove-first-detail = 签署前五分钟内须重新验证身份。
problem-desk-text-hash = 缺少所签文本的摘要
problem-desk-text-hash-detail = 签署须附所签文本的 SHA-256（64 位小写十六进制）。
problem-desk-signed-already = 您已签署
problem-desk-signed-already-detail = 同一文本每人只签一次。
problem-desk-notice-text = 公示标题和正文须中英文齐全
problem-desk-notice-text-detail = 标题不超过 200 字，正文不超过 20000 字，中英文都要填写。
problem-desk-notice-period = 公示期不正确
problem-desk-notice-period-detail = 结束日不得早于开始日，公示期不得超过 366 天。
problem-desk-notice-past = 公示期已过
problem-desk-notice-past-detail = 结束日不得早于今天。
problem-desk-notice-replaced = 该公示已失效
problem-desk-notice-replaced-detail = 已更正或撤回的公示不能再变更。
problem-desk-notice-closed = 不在公示期内
problem-desk-notice-closed-detail = 异议只能在 { $from } 至 { $until } 之间提出。
problem-desk-objected-already = 您已提出异议
problem-desk-objected-already-detail = 您的异议尚待答复，答复后方可再次提出。
problem-desk-answered-already = 该异议已答复
problem-desk-answered-already-detail = 每条异议只答复一次。
problem-desk-own-objection = 不能答复自己的异议
problem-desk-own-objection-detail = 请由其他人员答复。
problem-desk-comment-text = 评论内容不合要求
problem-desk-comment-text-detail = 请填写 1 至 { $longest } 字的评论。
problem-desk-comment-removed = 该评论已被移除
problem-desk-comment-removed-detail = 已移除的评论不能再编辑或移除。
problem-desk-comment-not-yours = 只能编辑自己的评论
problem-desk-comment-not-yours-detail = 评论只能由作者本人编辑。
problem-desk-mail-waiting = 邮件正在等待发送
problem-desk-mail-waiting-detail = 待发送的邮件无需重发。
problem-desk-mail-off = 未配置邮件服务器
problem-desk-mail-off-detail = 请先在配置中填写 SMTP 服务器。

# Inbox
desk-inbox = 消息
desk-inbox-all = 全部
desk-inbox-unread = 未读
desk-inbox-unread-count = { $count } 条未读
desk-inbox-mark-all = 全部标为已读
desk-inbox-marked = 已全部标为已读
desk-inbox-empty = 没有消息
desk-inbox-empty-hint = 与您有关的进展会出现在这里。
desk-inbox-due = 截止
desk-inbox-why = 您收到此消息的原因
desk-inbox-new = 未读
desk-inbox-preferences = 邮件通知设置

# Preferences
desk-wishes = 通知设置
desk-wishes-hint = 消息总会出现在站内。这里选择哪些同时发送到您的邮箱。
desk-wishes-mandatory = 必须发送
desk-wishes-save = 保存
desk-wishes-saved = 已保存
desk-wishes-empty = 目前没有可选择的消息类型
desk-wishes-mail = 发送邮件

# Notices
desk-notices = 公示
desk-notices-empty = 目前没有公示
desk-notices-open = 公示中
desk-notices-all = 全部
desk-notice-state-open = 公示中
desk-notice-state-ended = 已结束
desk-notice-state-corrected = 已更正
desk-notice-state-withdrawn = 已撤回
desk-notice-period = 公示期
desk-notice-days = { $from } 至 { $until }（含末日）
desk-notice-published = 发布时间
desk-notice-more = 相关页面
desk-notice-corrects = 本公示更正了先前的公示
desk-notice-why = 原因
desk-notice-objections = 异议
desk-notice-objections-none = 没有异议
desk-notice-object = 提出异议
desk-notice-object-hint = 请写明理由。您的姓名只向负责答复的人员显示。
desk-notice-object-sign-in = 登录后可以提出异议。
desk-notice-objected = 异议已收到，答复后会通知您
desk-notice-reason = 理由
desk-notice-from = 异议人
desk-notice-answer = 答复
desk-notice-verdict = 结论
desk-notice-verdict-open = 待答复
desk-notice-verdict-upheld = 成立
desk-notice-verdict-rejected = 未采纳
desk-notice-answered = 已答复
desk-anchors = 日志封印
desk-anchors-hint = 事件日志最新封印的摘要。保存它的任何人都能发现日志此后是否被改写。
desk-anchors-batch = 封印
desk-anchors-seq = 截至事件
desk-anchors-hash = 摘要
desk-anchors-at = 发布时间

# Mail log
desk-mails = 邮件记录
desk-mails-empty = 没有邮件
desk-mails-all = 全部
desk-mails-to = 收件人
desk-mails-title = 标题
desk-mails-state = 状态
desk-mails-state-queued = 待发送
desk-mails-state-sent = 已发送
desk-mails-state-failed = 失败
desk-mails-state-no_address = 无邮箱
desk-mails-attempts = 次数
desk-mails-error = 最近的错误
desk-mails-made = 生成时间
desk-mails-resend = 重发
desk-mails-resent = 已重新排队
